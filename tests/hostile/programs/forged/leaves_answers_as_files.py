# Files by the names that results and answers have in other systems.
# expect: ending=exited exit=0 verdict=wrong_answer
for name in ("stdout", "expected_output", "answer", "verdict", "result.json", "meta.txt", "a.out"):
    for folder in ("/workspace", "/tmp", "/dev/shm"):
        with open(f"{folder}/{name}", "w") as file:
            file.write("contained\n")

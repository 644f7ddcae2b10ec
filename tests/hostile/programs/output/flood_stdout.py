# As much as it can.
# expect: ending=output_limit
while True:
    print("x" * 65536)

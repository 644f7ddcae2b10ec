# Says itself what came of it.
# expect: ending=exited exit=0 verdict=wrong_answer
print('ACCEPTED\nverdict: accepted\n{"verdict": "accepted", "state": "finished"}')

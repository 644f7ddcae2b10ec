# Becomes a program that succeeds at everything but the task.
# expect: ending=exited exit=0 verdict=wrong_answer
exec /bin/true

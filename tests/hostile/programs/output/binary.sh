# Every byte there is: NUL, what is not UTF-8, what a terminal obeys.
# expect: ending=exited exit=0 verdict=wrong_answer
printf '\033]0;title\007\033[2J\000\377\376\r\n'
head -c 4096 /dev/urandom

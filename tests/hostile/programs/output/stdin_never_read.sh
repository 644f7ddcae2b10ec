# Its input waits to be read, for ever.
# expect: ending=exited exit=0 stdout=contained
sleep 0.2
echo contained

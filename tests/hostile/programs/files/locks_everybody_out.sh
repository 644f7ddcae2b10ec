# Leaves folders and files that nobody may enter or read, its own workspace among them.
# expect: ending=exited exit=0 stdout=contained
mkdir -p a/b/c
touch a/b/c/file
chmod 000 a/b/c/file a/b/c a/b a
chmod 000 /workspace
echo contained

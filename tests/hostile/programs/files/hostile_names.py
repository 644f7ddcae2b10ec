# Names that break those who print, split, glob or decode them.
# expect: ending=exited exit=0 stdout=contained
import os

for name in (
    b"-rf", b"\n", b" ", b"\xff\xfe", b"$(reboot)", b"`reboot`", b"; reboot", b"..\\..\\x",
    b"\x1b[2J\x1b]0;title\x07", b"a" * 255, b"%s%n", b"*", b"\xe2\x80\xaetxt.exe", b"CON", b"~",
):  # fmt: skip
    open(name, "w").close()
    os.mkdir(name[:250] + b".d")
print("contained")

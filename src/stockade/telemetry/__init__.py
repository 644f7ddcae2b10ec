"""What operators see: metrics and logs. Never source code, never a program's output."""

"""What makes boxes: ``cells``, the native backend, and ``fake``, its double that starts nothing."""

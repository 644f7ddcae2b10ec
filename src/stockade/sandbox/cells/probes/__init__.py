"""The proofs that the layers hold: small programs, run in boxes, that try to break them."""

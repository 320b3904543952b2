"""Pictures and papers that people send: opened behind the fence, shown as small copies (decision 16)."""

"""What an audit of labels finds and measures, on labels whose errors were planted."""

"""factcheck beside the tools that people would build this with."""

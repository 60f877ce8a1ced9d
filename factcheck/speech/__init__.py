"""Who says what: attributed sentences, utterances of an article, people over articles."""

"""Is an answer right? Words against words, letters of a choice, or a model that judges."""

"""What Python loads by itself in the processes of a vLLM server: only `sitecustomize`."""

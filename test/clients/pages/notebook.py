"""Runs a notebook as Jupyter does. Usage: notebook.py NOTEBOOK; prints the types and texts that its cells show, as JSON."""

import json
import sys

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
shown = [
    {kind: "".join(text) for kind, text in output.get("data", {}).items()}
    for cell in notebook.cells
    for output in cell.get("outputs", [])
]
print(json.dumps(shown))

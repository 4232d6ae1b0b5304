"""Pure rules of the surveys.

- `timing`: when whom to ask, to remind, to close.
- `answering`: what is asked.
- `results`: both groups side by side.
"""

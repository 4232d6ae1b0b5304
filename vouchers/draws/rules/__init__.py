"""Pure rules of a draw.

- `lots`: RFC 3797, from the numbers to the order of the drawn.
- `pool`: who is drawn among, written down and hashed before.
- `sources`: what a public source gives, what was typed of it, and how much chance is in it.
- `steps`: when the pool may be frozen, the source named, the numbers typed, the draw run.
"""

"""Pure rules of the decision.

- `ranking`: places with ties, and where the money ends under the policy that the call published.
- `awards`: what may be awarded, and how it is carried by the funds.
"""

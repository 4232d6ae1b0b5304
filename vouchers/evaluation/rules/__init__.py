"""Pure rules of the evaluation.

- `formal`: the registry of eligibility rules, each an outcome with its evidence and its source.
- `facts`: what the formal rules are told of an application.
- `conflicts`: what speaks against giving an application to an expert.
- `scoring`: marks in half points, what several experts' marks make together, thresholds and the ranking score.
"""

"""Scorecards: what a trainee did in a play that ended, as small checks, each with their own words quoted.

A machine marks, from the lines of the play and from the organization's documents, and nothing that it says counts
without words of the trainee that really stand there. A trainee can dispute a check. What an admin rules then stands in
place of what the machine said, here and in every statistic.
"""

"""What makes answers better: thumbs, reports of inaccuracies, corrections, and the questions no document answers.

An answer belongs to one reader, so what is said of it is theirs as well: it is found through their conversation, and
goes with it. Admins see of a conversation what was reported, and of an unanswered question its words alone.
"""

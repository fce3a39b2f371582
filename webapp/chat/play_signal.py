"""Until the play itself is here."""

from blinker import Namespace

play_ended = Namespace().signal("play-ended", doc="Sent with a conversation whose play is over.")

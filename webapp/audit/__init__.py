"""Who did what to whom and when: entries are written with the change that they tell of, and never altered."""

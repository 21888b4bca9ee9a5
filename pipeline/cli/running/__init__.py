"""The worker that stays: when it beats, what each beat does, one campaign or several."""

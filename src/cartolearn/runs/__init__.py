"""Reading what runs and trainings on all data have saved; trackers and report share it."""

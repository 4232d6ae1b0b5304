"""What can happen to a recovery (`ordering`, `collecting`, `setting_off`, `waiving`) and to a `suspicion`."""

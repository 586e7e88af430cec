"""Speed of what touches many rows, each as a ratio to hand-written SQL for the same answer in the same run."""

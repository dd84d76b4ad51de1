"""What is free after training: conditions, balance, copies with honest variance, missing cells. Post-processing."""

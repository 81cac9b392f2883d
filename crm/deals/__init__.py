"""What we hope to sell: deals on their way through the stages of a pipeline."""

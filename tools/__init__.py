"""What makes a fresh checkout runnable and checked? Standard library only."""

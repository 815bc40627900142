"""What is done to cases: one use case a file, named by the verb that an officer or a party would use."""

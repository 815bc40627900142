"""What is done to buckets beside taking from them."""

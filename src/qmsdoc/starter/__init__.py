"""What a new QMS repository holds: answers and the model QMS become files, which are then written."""

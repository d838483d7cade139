"""What a person says of facts that were read: accepted, rejected or corrected, by whom, when and why."""

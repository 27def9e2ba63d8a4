"""Named polytopes, arrangements and sums of simplices, with what is known of them."""

"""Access reviews (ACCESS-2): who has access is looked through, by exception, and what is taken away is proven gone."""

"""HereTask: Platform, Social, System and Admin, four web systems on one foundation."""

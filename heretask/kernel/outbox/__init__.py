"""What leaves by mail: 'you have a message' and a link, from letters that can hold no word of anybody's (DATA-5)."""

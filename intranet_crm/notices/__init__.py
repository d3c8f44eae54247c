"""What people are told (消息): the in-app inbox, each notice delivered once."""

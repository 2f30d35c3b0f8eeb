"""What happens in one contact, channel by channel: waits, replies, words."""

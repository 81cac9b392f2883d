"""Whether they read it: opens, clicks and unsubscribes of mail that was sent from here."""

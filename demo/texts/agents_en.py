"""What the company says in English."""

GREETINGS = (
    "Ondine Télécom good morning, {agent} speaking",
    "Hello and welcome to Ondine, this is {agent}, how can I help?",
    "Ondine customer service, {agent}, go ahead",
    "Hello, {agent} from Ondine Télécom, thanks for holding",
    "{agent}, Ondine Télécom, hello!",
    "Thanks for calling Ondine, {agent} speaking, go ahead",
)
CHAT_GREETINGS = (
    "Hello, I'm {agent}. How can I help you?",
    "Hello and thanks for getting in touch, {agent} here.",
    "Hi! {agent} from Ondine. Let me read through your request.",
)
IDENTIFY = (
    "Could I take your line number please?",
    "To open the file I'd need your customer number.",
    "Are you the account holder?",
    "Can you confirm the address where it's installed?",
)
ECHOES = (
    "Okay, so if I've understood, {words}.",
    "Right, you're telling me: {words}, is that correct?",
    "Let me say that back to be sure: {words}.",
    "Understood. I'm noting on the file: {words}.",
    "So, {words}, okay, let me look.",
    "If I got that right: {words}.",
)
SYMPATHY = (
    "I understand why you're unhappy and I do apologise.",
    "I'm sorry for the trouble, let's look at it together.",
    "I can see that's annoying.",
    "Please accept our apologies for the wait.",
    "Indeed that isn't right, I'm so sorry.",
    "I take that very seriously.",
    "I'd feel the same in your place.",
)
LISTENING = (
    "Yes, go on.",
    "Okay.",
    "I see.",
    "Right, I'm noting that.",
    "Mm-hm.",
    "Yes, I'm looking at the history.",
    "I understand.",
    "So, I'm in your file now.",
)
HOLDS = (
    "I'll pop you on hold for a moment while I check with my team.",
    "Bear with me, I'm opening your file.",
    "One second, the system is slow today.",
)
SOLVED = {
    "billing": (
        "I've put the line right, the difference comes off your next bill.",
        "That was a pro-rata charge, I'll email the breakdown and waive the fee.",
    ),
    "payment": (
        "The payment is on record, you won't get another reminder.",
        "The instalments are set up, the first one goes next month.",
    ),
    "refund": (
        "I'm releasing the refund, allow three to five working days.",
        "The transfer has been approved on our side today.",
    ),
    "order_status": (
        "Your order leaves the warehouse tomorrow morning.",
        "It's confirmed, you'll have the tracking number today.",
    ),
    "delivery": (
        "I'm chasing the carrier and sending another parcel today.",
        "The parcel has been found, they'll be back tomorrow.",
    ),
    "order_change": (
        "That's changed, you'll get a new confirmation.",
        "I've taken the extra item off.",
    ),
    "return_exchange": (
        "The return label is on its way, drop the parcel at a pick-up point.",
        "The swap is approved, the new one leaves tomorrow.",
    ),
    "cancellation": (
        "Your notice is registered and takes effect within ten days.",
        "The option is off, free of charge.",
    ),
    "technical_issue": (
        "I've reset the line remotely, the light should go green.",
        "I've changed your line profile, restart it and you're set.",
    ),
    "account_access": (
        "I've unlocked the account, a new link has just gone out.",
        "Try now, access is restored.",
    ),
    "account_update": (
        "The change is made, you'll see it tomorrow.",
        "That's recorded, you'll get an amendment to sign.",
    ),
    "product_information": (
        "Yes it's included, I'll email you the sheet.",
        "Your address has been covered since last month.",
    ),
    "purchase": (
        "You're signed up, the SIM card arrives within three days.",
        "The offer is ready, it only needs signing.",
    ),
    "appointment_callback": (
        "The visit has been moved, you'll have a text the day before.",
        "Noted, a colleague will ring you.",
    ),
    "fraud_security": (
        "The line is suspended and blocked.",
        "I've voided the disputed contract, the security team takes over.",
    ),
    "complaint": (
        "Your complaint goes to consumer affairs, with an answer within ten days.",
        "I'm granting a credit and raising it with my manager.",
    ),
    "praise": (
        "Thank you so much, I'll pass it on, they'll be pleased.",
        "That's very kind, have a lovely day.",
    ),
    "other": (
        "Let me give you the right contact.",
        "You'll find it all on our site, under contact.",
    ),
}
UNSOLVED = (
    "I have to hand this to the team in charge, they'll get back to you.",
    "It's out of my hands, we have to wait for the engineers.",
    "The case is being looked at, I can't give you a date.",
    "I'm afraid the system won't let me do it, you'll need to contact us again.",
    "I'm raising a request, you'll hear within seventy-two hours.",
    "I need to check with my supervisor, I'll come back to you by email.",
    "The request is open, it takes five days.",
    "I can't see anything wrong from here, I'm passing it up.",
    "Our tool is down for maintenance, could you call tomorrow?",
)
TRANSFERS = (
    "I'll put you through to my colleague in {queue}, hold the line.",
    "That isn't my department, transferring you to {queue}.",
)
FAREWELLS = (
    "Anything else today? Then have a good day, goodbye.",
    "Thank you for calling Ondine.",
    "Have a pleasant rest of the day.",
    "Don't hesitate to get in touch again, goodbye.",
    "You may get a short survey, please do answer it. Goodbye.",
    "All the best, bye for now.",
)
HELLO = "Hello,"
MAIL_REPLIES = (
    "Hello,\n\nWe have received your message and thank you for your patience.\n\n{resolution}\n\nKind regards,\n\n{agent}\nOndine Télécom customer service",
    "Hello,\n\nFurther to your request: {resolution}\n\nI remain at your disposal.\n\n{agent}\nOndine Télécom – Customer relations",
    "Hello,\n\n{sympathy}\n\n{resolution}\n\nRegards,\n{agent}, customer adviser",
)
SOCIAL_REPLIES = (
    "Hello {name}, we're sorry to hear that. Could you send us a private message with your case number?",
    "Hi {name}! Our team is on it. {resolution}",
    "Hello {name}, thanks for flagging, an adviser is taking over.",
    "{resolution} Have a good day {name}!",
)
NOTES = (
    "Unhappy customer, ring before Friday. Contact: {value}",
    "Checked with second line, pending. Details verified: {value}",
    "Nothing on the technical side, credit possible. Reach on {value}",
)
AUTO_REPLY = "Hello,\n\nYour message has been received. An adviser will reply within 48 working hours. Please do not answer this automatic e-mail.\n\nOndine Télécom"
OUT_OF_OFFICE = "Hello,\n\nI am away until {coming} and not reading my mail. If it is urgent please contact my colleagues.\n"
BOUNCE = "This message was created automatically by the mail system.\n\nThe message you sent could not be delivered to its recipient:\n\n  {address}\n  550 5.1.1 no such mailbox\n"
INTERNAL = "Hi team,\n\nAbout case {ticket}: please close before tonight, the {queue} queue is overflowing.\n\n{agent}\n"
BOT_LINES = (
    "Hello, I'm Ondin, the virtual assistant. Describe your request in a few words.",
    "I didn't quite get that. Would you like to talk to an adviser?",
    "Connecting you to an adviser. Estimated wait: 4 minutes.",
)
CSAT_QUESTION = "How would you rate this conversation?"
CLOSED_TEMPLATE = "This conversation was closed. Thank you for contacting Ondine."
CALLBACKS = (
    "Hello, Ondine Télécom here, I'm ringing you back as you asked",
    "Hello, you asked for a call back, this is {agent} from Ondine",
)
"""How an agent opens a call that the company makes."""

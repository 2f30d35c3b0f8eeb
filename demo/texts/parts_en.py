"""The other parts of what an English-speaking customer says."""

OPENINGS = {
    "call": (
        "yes hello",
        "hi there, I'm calling because",
        "good morning, so basically",
        "hello, finally, someone",
        "hi, sorry to bother you",
        "oh hello, right",
    ),
    "chat": ("hi", "hello", "Hi there,", "good evening", "hey", "quick question", ""),
    "email": (
        "Hello,",
        "Dear Sir or Madam,",
        "Hi,",
        "Good morning,",
        "Dear Ondine team,",
    ),
    "public": ("Hi {brand}", "{brand}", "Hey {brand}", "So {brand},", ".{brand}"),
}
CLOSINGS = {
    "call": (
        "thanks, bye now",
        "all right, goodbye",
        "well, thanks anyway",
        "okay lovely, bye",
        "cheers",
    ),
    "chat": (
        "thanks",
        "thanks in advance",
        "ok thanks bye",
        "right",
        "perfect thank you",
        "fine",
    ),
    "email": (
        "Kind regards,",
        "Best wishes,",
        "Yours faithfully,",
        "Many thanks,",
        "Regards,",
        "Looking forward to your reply,",
    ),
    "public": ("", "", "Thanks.", "#Ondine", "#fibre", "🙏", "What now?"),
}
FEELINGS = {
    "strong": (
        "this is a complete joke",
        "I'm absolutely furious",
        "I've had it up to here",
        "it's just not acceptable",
        "I'm at the end of my tether",
        "you must be having a laugh",
    ),
    "mild": (
        "it's a bit of a nuisance",
        "that's rather annoying",
        "it doesn't seem right",
        "it's starting to bother me",
    ),
}
CAUSES = {
    "waiting": (
        "I've been listening to your music for {minutes} minutes",
        "it took forever to get hold of you",
        "every single time I end up in a never-ending queue",
        "I've been waiting {days} days and nothing moves",
        "this is dragging on and on",
        "I've been hanging about since this morning",
    ),
    "repeat_contact": (
        "this is the {nth} time I've been in touch about the same thing",
        "I've written and rung about this already",
        "here I am explaining it all over again",
        "I've told this to two of your colleagues before",
        "I'm back for the {nth} time",
        "it's started again, I thought it was sorted",
    ),
    "no_answer": (
        "nobody replies to my messages",
        "my last email got no answer",
        "it's like talking to a wall",
        "not a word from you in {days} days",
        "I've been left in the dark",
        "you never get back to people",
    ),
    "broken_promise": (
        "I was promised it would be done on {weekday}",
        "your colleague gave me their word and nothing came of it",
        "you said forty-eight hours and that's long gone",
        "somebody was meant to deal with it and didn't",
        "that's not at all what I was told",
    ),
    "agent_attitude": (
        "the person I spoke to was downright rude",
        "someone hung up on me",
        "your adviser talked to me like a child",
        "the man just wouldn't listen",
        "I was made to feel stupid",
    ),
    "ivr_maze": (
        "your phone menu sends me round in circles",
        "I pressed one, then three, then two, and landed back at the start",
        "the robot on the line doesn't understand a word I say",
        "you can't reach a human being through those menus",
    ),
    "unclear_information": (
        "everyone tells me something different",
        "your explanations make no sense",
        "the website says the opposite",
        "I couldn't follow a thing in that answer",
        "it isn't clear anywhere",
    ),
    "price": (
        "at that price it's robbery",
        "it's far too expensive for what it is",
        "you put the price up without telling anyone",
        "{amount} for that is over the top",
        "you're getting unaffordable",
    ),
    "product_failure": (
        "your kit breaks down all the time",
        "it has never worked properly",
        "the thing died after {days} days",
        "nothing works the way it should",
        "it's cheap rubbish equipment",
    ),
    "channel_switch": (
        "the chat tells me to call and the phone line tells me to write",
        "I keep getting bounced between departments",
        "I was told by email to ring, so here I am",
        "I started this online and now I have to redo it all here",
    ),
    "churn_threat": (
        "if this goes on I'm going elsewhere",
        "next time I'm switching provider",
        "I'll end up leaving you",
        "your competitors are cheaper and I'm seriously tempted",
        "you're about to lose a customer",
    ),
}
NEEDS = {
    "information": (
        "can you explain what's going on",
        "just tell me where things stand",
        "I need to understand this",
        "I'd like a clear explanation",
    ),
    "repair": (
        "I need it working again",
        "can you get the line fixed",
        "I want this repaired",
        "send someone to sort it out",
    ),
    "money_back": (
        "I want my money back",
        "please refund me",
        "I need that sum credited back",
        "I expect a credit note",
    ),
    "change": (
        "it needs amending on my file",
        "could you make the change",
        "I'd like that corrected",
    ),
    "human_contact": (
        "I'd like to speak to an actual person",
        "put me on to someone who knows, please",
        "I'd rather have an adviser",
    ),
    "self_service": (
        "can I do it myself online",
        "isn't there a button for that in the app",
        "give me the steps and I'll do it on my own",
    ),
    "reassurance": (
        "tell me this won't happen again",
        "can you confirm it's been taken care of",
        "I want to be sure it's fine",
    ),
    "follow_up": (
        "keep me posted",
        "I'd like someone to follow up on my case",
        "let me know when it's done",
    ),
}
EXPECTATIONS = {
    "fast_answer": (
        "I need an answer quickly",
        "it's urgent",
        "please reply as soon as you can",
        "I'm counting on a reply today",
    ),
    "deadline": (
        "it has to be settled before {coming}",
        "you have until {weekday}",
        "{coming} at the very latest",
    ),
    "callback": (
        "call me back as soon as possible",
        "I'll be waiting for your call",
        "please ring me to talk it over",
    ),
    "promise_kept": (
        "I expect you to keep your word",
        "do what you said you would",
        "I want the promise honoured this time",
    ),
    "no_repetition": (
        "I don't want to explain it all once more",
        "it's all on file already, please read it",
        "don't make me start from scratch",
    ),
    "preferred_channel": (
        "reply by email only",
        "no phone calls please, write to me",
        "I'd rather do this by text",
    ),
    "price_transparency": (
        "I want the exact price beforehand",
        "tell me what it will cost, no surprises",
        "no hidden fees this time",
    ),
    "opening_hours": (
        "I'm only free after seven in the evening",
        "are you open on Saturday afternoons",
        "ring outside my working hours",
    ),
}
DETAILS = {
    "billing": (
        "I haven't changed a thing on my plan",
        "the month before was normal",
        "I've got the bill in front of me",
        "my contract hasn't moved in two years",
    ),
    "incident": (
        "I've been debited twice for the same month",
        "there are two payments of {amount} on the same day",
        "the same sum left my account twice",
        "since your new billing system everything is doubled",
    ),
    "payment": (
        "the bank says all is well at their end",
        "I've got proof if you need it",
        "I tried two different cards",
    ),
    "refund": (
        "you have the right bank details",
        "I kept the proof of postage",
        "that's a long time for that kind of money",
    ),
    "order_status": (
        "I paid when I ordered",
        "it's a present, there's a date",
        "the tracking link shows nothing",
    ),
    "delivery": (
        "there's a porter here all day",
        "my name is on the letterbox",
        "nobody left a card",
    ),
    "order_change": (
        "I saw the slip right after confirming",
        "the site won't let me edit it now",
        "otherwise I'd rather wait",
    ),
    "return_exchange": (
        "I haven't even peeled the film off",
        "I've kept all the bits",
        "the shop told me to ask you",
    ),
    "cancellation": (
        "I've been with you a long time",
        "my minimum term is over",
        "I don't need a counter-offer",
    ),
    "technical_issue": (
        "I've unplugged it and plugged it back in",
        "next door's is fine",
        "the bottom light stays amber",
        "I swapped the cable to check",
    ),
    "account_access": (
        "I tried on the laptop and the phone",
        "I'm sure of my password",
        "I've cleared the browser cache",
    ),
    "account_update": (
        "I have the papers if you want them",
        "the box is greyed out on the site",
        "it's for both lines",
    ),
    "product_information": (
        "I'm comparing before I decide",
        "the website is vague about it",
        "it's for my mum",
    ),
    "purchase": (
        "I'm already with you for mobile",
        "a friend told me about you",
        "it's for next month",
    ),
    "appointment_callback": (
        "I work odd hours",
        "there's a door code downstairs",
        "mornings I can manage",
    ),
    "fraud_security": (
        "I've been to the police",
        "I've warned my bank",
        "I didn't click on anything",
    ),
    "complaint": (
        "I've written it all down, dates and names",
        "I'm keeping all the evidence",
        "I'm not usually one to moan",
    ),
    "praise": (
        "it deserves saying",
        "keep it up",
        "what was his name again, the tall one",
    ),
    "other": ("sorry if this is the wrong place", "it's only a small question"),
}
CONTEXTS = (
    "I've been a customer for years",
    "I have fibre and two mobiles with you",
    "it's on behalf of my mother",
    "it's about the line at home",
    "the contract is in my husband's name",
    "I've already been through the help pages",
    "I'm not very good with all this",
    "I work from home three days a week",
    "there are five of us in the house",
    "I'm a night nurse",
    "I run a small shop in {city}",
    "I've got my contract to hand",
    "I tried through the app first",
    "my wife told me to ask you",
    "the case number is {ticket}",
    "I noticed it on {weekday} when I got in",
    "I only realised this morning",
    "I'd never had any trouble until now",
    "it's the main line of the practice",
    "I've taken screenshots",
)
IDENTITY_ANSWERS = (
    "hang on I'm looking for the letter",
    "yes I'm the account holder",
    "I don't have the customer number on me",
    "it's the number I'm calling from",
    "yes still the same address",
    "it's actually in my wife's name",
    "I'll give you that now one second",
    "it starts with o d n doesn't it",
)
RETURNS = (
    "I'm back about the other day's business",
    "I'm getting in touch again about case {ticket}",
    "it's me again",
    "further to our last conversation",
    "following my request of {date}",
)
ANSWERS_TO_AGENT = {
    "solved": (
        "oh great, that works",
        "okay, noted, thank you so much",
        "perfect, that's all I wanted",
        "right, that'll do",
        "ah yes I can see it now",
    ),
    "unsolved": (
        "hmm, we'll see",
        "so there's no answer basically",
        "I'm none the wiser",
        "fine, I'll call again",
        "that doesn't help me at all",
    ),
    "neutral": (
        "yes that's it",
        "yes exactly",
        "that's right",
        "no, not at all",
        "hang on let me look",
        "yes I'm here",
        "okay",
    ),
}
PERSONAL = {
    "phone": (
        "you can reach me on {value}",
        "my number is {value}",
        "call me back on {value}",
        "the contact on site is {value}",
    ),
    "email": (
        "my email is {value}",
        "write to me at {value} instead",
        "send it to {value}",
    ),
    "iban": (
        "my IBAN is {value}",
        "here is my new account: {value}",
        "the account to use is {value}",
    ),
    "nir": (
        "my French social security number is {value}",
        "social security no. {value}",
    ),
    "card": (
        "I paid with card {value}",
        "the card charged is {value}",
        "card number {value}",
    ),
    "address": (
        "I live at {value}",
        "the address is {value}",
        "the property is at {value}",
    ),
    "birth_date": ("I was born on {value}", "my date of birth is {value}"),
    "code": (
        "the code I got by text is {value}",
        "my current password is {value}",
        "your confirmation code {value} isn't accepted",
    ),
}
SUBJECTS = {
    "billing": (
        "Bill for {month}",
        "Mistake on my bill",
        "What is this {amount}?",
        "Billing question",
    ),
    "payment": ("Payment problem", "Debit rejected", "Paying {amount}"),
    "refund": ("Refund request", "Refund of {amount} still outstanding", "Overpayment"),
    "order_status": ("Order {order}", "Where is my order?", "Tracking {order}"),
    "delivery": ("Parcel not received", "Delivery {order}", "Trouble with {carrier}"),
    "order_change": ("Change to order {order}", "Mistake in my order"),
    "return_exchange": ("Returning a {device}", "Exchange", "Return label"),
    "cancellation": ("Cancellation", "Ending my {plan}", "Notice"),
    "technical_issue": (
        "No internet",
        "Offline since {weekday}",
        "Error {error}",
        "Terrible speed",
    ),
    "account_access": ("Account access", "Password", "Locked out"),
    "account_update": ("Change of address", "New details", "Change of account holder"),
    "product_information": ("Enquiry", "Fibre in {city}?", "Question about the {plan}"),
    "purchase": ("Signing up", "New line", "Offer at {amount}"),
    "appointment_callback": ("Technician visit", "Moving the {coming} appointment"),
    "fraud_security": ("URGENT fraud", "Identity theft", "Suspicious text"),
    "complaint": ("Complaint", "Complaint, case {ticket}", "Very unhappy"),
    "praise": ("Thank you", "Well done to your team"),
    "other": ("Question", "General enquiry"),
}
NTH = ("second", "third", "fourth", "fifth")
HESITATIONS = ("um", "er", "well", "like", "you know", "so um", "I mean", "right")
SURVEY_COMMENTS = {
    "good": (
        "Friendly and clear.",
        "Quick and efficient.",
        "She really listened, thanks.",
        "Sorted straight away.",
        "All good",
        "Perfect",
    ),
    "middling": (
        "Fine but a bit slow.",
        "I had to push.",
        "Got an answer, let's see.",
        "Average",
    ),
    "bad": (
        "Still not fixed.",
        "Far too long a wait.",
        "Had to say the same thing three times.",
        "Nobody takes a decision.",
        "No follow-up, disappointed.",
        "Useless",
    ),
}
IRONY = (
    "Well done, quite the achievement 👏",
    "Thanks for a wonderful evening",
    "Top-notch service as ever 🙃",
    "Love it.",
    "The future, apparently 😅",
)
EMOJI = ("😡", "🤬", "😤", "🙄", "😭", "")

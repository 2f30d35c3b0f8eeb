"""The other parts of what a French customer says: greetings, needs, causes, closings."""

OPENINGS = {
    "call": (
        "oui bonjour",
        "allô bonjour, je vous appelle parce que",
        "bonjour monsieur, alors voilà",
        "oui bonjour madame",
        "ah enfin quelqu'un, bonjour",
        "bonjour, excusez-moi de vous déranger",
    ),
    "chat": (
        "bonjour",
        "Bonjour,",
        "hello",
        "bonsoir",
        "salut",
        "bonjour j'ai une question",
        "",
    ),
    "email": (
        "Bonjour,",
        "Madame, Monsieur,",
        "Bonjour Madame, Monsieur,",
        "Bonsoir,",
        "Cher service client,",
    ),
    "public": (
        "Bonjour {brand}",
        "{brand}",
        "Hey {brand}",
        "Dites {brand},",
        "Coucou {brand}",
        ".{brand}",
    ),
}
CLOSINGS = {
    "call": (
        "merci bonne journée",
        "d'accord, au revoir",
        "bon, merci quand même",
        "ok très bien, au revoir madame",
        "merci à vous",
    ),
    "chat": (
        "merci",
        "merci d'avance",
        "ok merci bonne journée",
        "d'accord",
        "parfait merci",
        "bon ok",
    ),
    "email": (
        "Cordialement,",
        "Bien à vous,",
        "Dans l'attente de votre retour, je vous prie d'agréer mes salutations distinguées.",
        "Merci par avance,",
        "Salutations,",
        "Bien cordialement,",
    ),
    "public": ("", "", "Merci.", "#Ondine", "#fibre", "🙏", "On fait quoi ?"),
}
FEELINGS = {
    "strong": (
        "c'est franchement n'importe quoi",
        "je suis vraiment en colère",
        "j'en ai plus qu'assez",
        "c'est inadmissible",
        "là je suis à bout",
        "vous vous moquez du monde",
    ),
    "mild": (
        "c'est un peu pénible",
        "c'est agaçant",
        "je ne trouve pas ça très normal",
        "ça commence à m'embêter",
    ),
}
CAUSES = {
    "waiting": (
        "ça fait {minutes} minutes que j'écoute votre musique",
        "j'ai attendu un temps fou avant de vous avoir",
        "à chaque fois il faut patienter une éternité",
        "j'attends depuis {days} jours et rien ne bouge",
        "c'est interminable, votre traitement",
        "je poireaute depuis ce matin",
    ),
    "repeat_contact": (
        "c'est la {nth} fois que je vous contacte pour la même histoire",
        "je vous ai déjà écrit et appelé à ce sujet",
        "il faut que je réexplique tout depuis le début, encore",
        "j'ai déjà raconté ça à deux de vos collègues",
        "je reviens vers vous pour la {nth} fois",
        "ça recommence, je croyais que c'était réglé",
    ),
    "no_answer": (
        "personne ne répond à mes messages",
        "mon dernier mail est resté sans réponse",
        "je vous relance dans le vide",
        "aucun retour de votre part depuis {days} jours",
        "on me laisse sans nouvelles",
        "vous ne répondez jamais",
    ),
    "broken_promise": (
        "on m'avait pourtant promis que ce serait fait {weekday}",
        "votre collègue s'était engagé et rien n'a été tenu",
        "vous disiez quarante-huit heures, on en est loin",
        "on devait s'en occuper, la parole n'est pas respectée",
        "ce n'est pas du tout ce qu'on m'avait annoncé",
    ),
    "agent_attitude": (
        "la personne que j'ai eue a été franchement désagréable",
        "on m'a raccroché au nez",
        "votre conseiller m'a parlé comme à un enfant",
        "le monsieur ne voulait rien entendre",
        "on m'a pris de haut",
    ),
    "ivr_maze": (
        "votre serveur vocal me fait tourner en rond",
        "j'ai tapé un, puis trois, puis deux, pour retomber au menu",
        "le robot au téléphone ne comprend rien à ce que je dis",
        "impossible de tomber sur un humain avec vos menus",
    ),
    "unclear_information": (
        "chacun me dit quelque chose de différent",
        "vos explications sont incompréhensibles",
        "sur le site c'est marqué l'inverse",
        "je n'ai rien compris à ce qu'on m'a répondu",
        "ce n'est clair nulle part",
    ),
    "price": (
        "à ce prix-là c'est du vol",
        "c'est beaucoup trop cher pour ce que c'est",
        "vous augmentez sans prévenir",
        "{amount} pour ça, c'est exagéré",
        "ça devient hors de prix chez vous",
    ),
    "product_failure": (
        "votre matériel tombe tout le temps en panne",
        "ça n'a jamais marché correctement",
        "l'appareil est mort au bout de {days} jours",
        "rien ne fonctionne comme il faut",
        "c'est du matériel bas de gamme",
    ),
    "channel_switch": (
        "sur le tchat on me dit d'appeler, au téléphone on me dit d'écrire",
        "on me renvoie sans cesse d'un service à l'autre",
        "par mail on m'a dit de téléphoner, et me voilà",
        "j'ai commencé sur internet et on me fait tout refaire ici",
    ),
    "churn_threat": (
        "si ça continue je vais voir ailleurs",
        "la prochaine fois je change d'opérateur",
        "je vais finir par résilier",
        "vos concurrents sont moins chers, je vais y réfléchir sérieusement",
        "vous êtes en train de perdre un client",
    ),
}
NEEDS = {
    "information": (
        "pouvez-vous m'expliquer ce qui se passe",
        "dites-moi simplement où ça en est",
        "j'ai besoin de comprendre",
        "je voudrais une explication claire",
    ),
    "repair": (
        "il faut que ça remarche",
        "pouvez-vous dépanner la ligne",
        "je veux que ce soit réparé",
        "envoyez quelqu'un pour arranger ça",
    ),
    "money_back": (
        "je veux récupérer mon argent",
        "merci de me rembourser",
        "il faut me recréditer cette somme",
        "j'attends un avoir",
    ),
    "change": (
        "il faudrait modifier ça dans mon dossier",
        "pouvez-vous faire la modification",
        "je voudrais que ce soit corrigé",
    ),
    "human_contact": (
        "je voudrais parler à une vraie personne",
        "passez-moi quelqu'un de compétent s'il vous plaît",
        "je préfère avoir un conseiller",
    ),
    "self_service": (
        "est-ce que je peux le faire moi-même en ligne",
        "il n'y a pas un bouton pour ça dans l'application",
        "donnez-moi la démarche et je le fais tout seul",
    ),
    "reassurance": (
        "rassurez-moi, ça ne va pas recommencer",
        "vous me confirmez que c'est bien pris en compte",
        "je veux être certain que c'est bon",
    ),
    "follow_up": (
        "tenez-moi au courant",
        "je voudrais un suivi de mon dossier",
        "prévenez-moi quand c'est fait",
    ),
}
EXPECTATIONS = {
    "fast_answer": (
        "il me faut une réponse rapidement",
        "c'est urgent",
        "répondez-moi au plus vite",
        "je compte sur une réponse dans la journée",
    ),
    "deadline": (
        "il faut que ce soit réglé avant le {coming}",
        "je vous laisse jusqu'à {weekday}",
        "dernier délai, le {coming}",
    ),
    "callback": (
        "rappelez-moi dès que possible",
        "j'attends votre coup de fil",
        "merci de me téléphoner pour en parler",
    ),
    "promise_kept": (
        "j'attends que vous teniez votre engagement",
        "faites ce que vous avez dit",
        "je veux que la promesse soit respectée cette fois",
    ),
    "no_repetition": (
        "je ne veux pas tout réexpliquer encore une fois",
        "tout est déjà dans le dossier, merci de le lire",
        "ne me demandez pas de recommencer depuis le début",
    ),
    "preferred_channel": (
        "répondez-moi par mail uniquement",
        "pas d'appel s'il vous plaît, écrivez-moi",
        "je préfère qu'on échange par SMS",
    ),
    "price_transparency": (
        "je veux connaître le prix exact avant",
        "dites-moi combien ça va me coûter, sans surprise",
        "pas de frais cachés cette fois",
    ),
    "opening_hours": (
        "je ne suis disponible qu'après dix-neuf heures",
        "vous êtes ouverts le samedi après-midi",
        "appelez en dehors de mes heures de travail",
    ),
}
DETAILS = {
    "billing": (
        "je n'ai rien changé à mon abonnement",
        "le mois d'avant c'était normal",
        "j'ai la facture sous les yeux",
        "mon contrat n'a pas bougé depuis deux ans",
    ),
    "incident": (
        "j'ai été débité deux fois pour le même mois",
        "il y a deux prélèvements de {amount} le même jour",
        "la même somme est partie deux fois de mon compte",
        "depuis votre nouveau système de facturation tout est en double",
    ),
    "payment": (
        "la banque me dit que tout est en ordre",
        "j'ai le justificatif si besoin",
        "j'ai essayé avec deux cartes différentes",
    ),
    "refund": (
        "mon RIB est à jour pourtant",
        "j'ai gardé la preuve d'envoi",
        "ça commence à faire long pour une somme pareille",
    ),
    "order_status": (
        "j'ai payé à la commande",
        "c'est un cadeau, il y a une date",
        "le lien de suivi ne donne rien",
    ),
    "delivery": (
        "il y a une gardienne toute la journée",
        "mon nom est bien sur la boîte aux lettres",
        "je n'ai eu aucun avis de passage",
    ),
    "order_change": (
        "j'ai vu l'erreur juste après avoir validé",
        "le site ne permet plus de modifier",
        "sinon je préfère attendre",
    ),
    "return_exchange": (
        "je n'ai même pas enlevé le film",
        "j'ai gardé tous les accessoires",
        "la boutique m'a dit de voir avec vous",
    ),
    "cancellation": (
        "je suis client depuis longtemps pourtant",
        "je ne suis plus engagé",
        "je n'ai pas besoin qu'on me fasse une offre",
    ),
    "technical_issue": (
        "j'ai débranché et rebranché la box",
        "chez le voisin ça marche",
        "le voyant du bas reste orange",
        "j'ai changé le câble pour voir",
    ),
    "account_access": (
        "j'ai essayé sur l'ordinateur et sur le téléphone",
        "je suis sûr de mon mot de passe",
        "j'ai vidé le cache du navigateur",
    ),
    "account_update": (
        "j'ai les papiers si vous les voulez",
        "sur le site la case est grisée",
        "ça concerne les deux lignes",
    ),
    "product_information": (
        "je compare avant de me décider",
        "le site n'est pas très précis là-dessus",
        "c'est pour ma mère",
    ),
    "purchase": (
        "je suis déjà client pour le mobile",
        "un ami m'a parlé de vous",
        "c'est pour le mois prochain",
    ),
    "appointment_callback": (
        "je travaille en horaires décalés",
        "il y a un digicode en bas",
        "je peux me libérer le matin",
    ),
    "fraud_security": (
        "j'ai déposé plainte",
        "j'ai prévenu ma banque",
        "je n'ai cliqué sur rien",
    ),
    "complaint": (
        "j'ai tout noté, dates et noms",
        "je garde toutes les preuves",
        "je ne suis pas du genre à râler d'habitude",
    ),
    "praise": (
        "ça mérite d'être dit",
        "continuez comme ça",
        "il s'appelle comment déjà, le grand brun",
    ),
    "other": (
        "désolé si ce n'est pas le bon service",
        "c'est juste une petite question",
    ),
}
CONTEXTS = (
    "je suis client depuis plusieurs années",
    "j'ai une ligne fibre et deux mobiles chez vous",
    "c'est pour le compte de ma mère",
    "c'est pour la ligne de la maison",
    "je suis au nom de mon mari sur le contrat",
    "j'ai déjà regardé la foire aux questions",
    "je ne suis pas très à l'aise avec tout ça",
    "je travaille de chez moi trois jours par semaine",
    "on est cinq à la maison",
    "je suis infirmière de nuit",
    "je tiens un petit commerce à {city}",
    "j'ai mon contrat sous la main",
    "j'ai essayé par l'application avant",
    "ma femme m'a dit de voir avec vous",
    "le dossier porte le numéro {ticket}",
    "je l'ai remarqué {weekday} en rentrant",
    "je ne m'en suis rendu compte que ce matin",
    "jusque-là je n'avais jamais eu de souci",
    "c'est la ligne principale du cabinet",
    "j'ai fait des captures d'écran",
)
IDENTITY_ANSWERS = (
    "alors attendez je cherche le papier",
    "oui c'est bien moi le titulaire",
    "le numéro de client je ne l'ai pas sous les yeux",
    "c'est le numéro avec lequel je vous appelle",
    "oui c'est toujours la même adresse",
    "c'est au nom de mon épouse en fait",
    "je vous donne ça tout de suite une seconde",
    "ça commence par o d n non",
)
RETURNS = (
    "je reviens vers vous pour mon histoire de l'autre jour",
    "je vous recontacte au sujet de mon dossier {ticket}",
    "c'est encore moi",
    "suite à notre échange de la dernière fois",
    "je fais suite à ma demande du {date}",
)
ANSWERS_TO_AGENT = {
    "solved": (
        "ah super, ça marche",
        "d'accord c'est noté, merci beaucoup",
        "parfait, c'est tout ce que je voulais",
        "bon, ça me va",
        "ah oui effectivement je vois",
    ),
    "unsolved": (
        "mouais, on verra bien",
        "donc je n'ai pas de solution en fait",
        "je ne suis pas plus avancé",
        "bon, je rappellerai",
        "ça ne m'arrange pas du tout",
    ),
    "neutral": (
        "oui c'est ça",
        "oui exactement",
        "tout à fait",
        "non, pas du tout",
        "attendez je regarde",
        "oui je suis là",
        "d'accord",
    ),
}
PERSONAL = {
    "phone": (
        "vous pouvez me joindre au {value}",
        "mon numéro c'est le {value}",
        "rappelez-moi au {value}",
        "le contact sur place c'est {value}",
    ),
    "email": (
        "mon adresse mail c'est {value}",
        "écrivez-moi plutôt à {value}",
        "envoyez ça sur {value}",
    ),
    "iban": (
        "mon IBAN est {value}",
        "voici mon nouveau compte : {value}",
        "le RIB à utiliser c'est {value}",
    ),
    "nir": ("mon numéro de sécu c'est {value}", "n° de sécurité sociale : {value}"),
    "card": (
        "j'ai payé avec la carte {value}",
        "la carte débitée est la {value}",
        "numéro de carte {value}",
    ),
    "address": (
        "j'habite au {value}",
        "l'adresse c'est {value}",
        "le logement se trouve {value}",
    ),
    "birth_date": ("je suis né le {value}", "ma date de naissance c'est le {value}"),
    "code": (
        "le code reçu par SMS c'est {value}",
        "mon mot de passe actuel est {value}",
        "votre code de confirmation {value} ne passe pas",
    ),
}
SUBJECTS = {
    "billing": (
        "Facture de {month}",
        "Erreur sur ma facture",
        "Montant incompréhensible : {amount}",
        "Question facturation",
    ),
    "payment": ("Problème de paiement", "Prélèvement rejeté", "Règlement de {amount}"),
    "refund": (
        "Demande de remboursement",
        "Remboursement de {amount} toujours en attente",
        "Trop-perçu",
    ),
    "order_status": ("Commande {order}", "Où en est ma commande ?", "Suivi {order}"),
    "delivery": ("Colis non reçu", "Livraison {order}", "Problème avec {carrier}"),
    "order_change": ("Modification de la commande {order}", "Erreur dans ma commande"),
    "return_exchange": ("Retour d'un {device}", "Échange", "Étiquette de retour"),
    "cancellation": ("Résiliation", "Résiliation de mon {plan}", "Fin de contrat"),
    "technical_issue": (
        "Panne internet",
        "Plus de connexion depuis {weekday}",
        "Erreur {error}",
        "Débit catastrophique",
    ),
    "account_access": ("Accès espace client", "Mot de passe", "Compte bloqué"),
    "account_update": (
        "Changement d'adresse",
        "Mise à jour de mes coordonnées",
        "Changement de titulaire",
    ),
    "product_information": (
        "Renseignement",
        "Éligibilité fibre à {city}",
        "Question sur le {plan}",
    ),
    "purchase": ("Souscription", "Nouvelle ligne", "Offre à {amount}"),
    "appointment_callback": (
        "Rendez-vous technicien",
        "Report du rendez-vous du {coming}",
    ),
    "fraud_security": ("URGENT fraude", "Usurpation", "SMS suspect"),
    "complaint": ("Réclamation", "Réclamation dossier {ticket}", "Mécontentement"),
    "praise": ("Merci", "Félicitations à votre équipe"),
    "other": ("Question", "Demande diverse"),
}
NTH = ("deuxième", "troisième", "quatrième", "cinquième")
HESITATIONS = (
    "euh",
    "ben",
    "alors",
    "en fait",
    "voilà",
    "donc euh",
    "comment dire",
    "bah",
)
SURVEY_COMMENTS = {
    "good": (
        "Très bon accueil, réponse claire.",
        "Rapide et efficace.",
        "Conseillère à l'écoute, merci.",
        "Problème réglé tout de suite.",
        "RAS",
        "Parfait",
    ),
    "middling": (
        "Correct mais un peu long.",
        "Il a fallu insister.",
        "Réponse donnée, j'attends de voir.",
        "Moyen",
    ),
    "bad": (
        "Toujours pas réglé.",
        "Attente beaucoup trop longue.",
        "On m'a fait répéter trois fois la même chose.",
        "Personne ne prend de décision.",
        "Aucun suivi, je suis déçu.",
        "Nul",
    ),
}
IRONY = (
    "Bravo, quelle performance 👏",
    "Merci pour ce grand moment",
    "Service client au top, comme toujours 🙃",
    "On adore.",
    "Le futur, il paraît 😅",
)
EMOJI = ("😡", "🤬", "😤", "🙄", "😭", "")

"""What the company says in French: agents, its e-mails, its social accounts."""

GREETINGS = (
    "Ondine Télécom bonjour, {agent} à votre écoute",
    "Bonjour et bienvenue chez Ondine, {agent}, que puis-je faire pour vous ?",
    "Service client Ondine, {agent}, je vous écoute",
    "Bonjour, {agent} d'Ondine Télécom, merci d'avoir patienté",
    "{agent}, Ondine Télécom, bonjour !",
    "Merci d'avoir appelé Ondine, {agent} à l'appareil, je vous écoute",
)
CHAT_GREETINGS = (
    "Bonjour, je suis {agent}. Comment puis-je vous aider ?",
    "Bonjour et merci de nous contacter, {agent} à votre service.",
    "Bonjour ! {agent}, du service client Ondine. Je prends connaissance de votre demande.",
)
IDENTIFY = (
    "Je peux avoir votre numéro de ligne s'il vous plaît ?",
    "Pour accéder au dossier, il me faudrait votre numéro de client.",
    "Vous êtes bien le titulaire du contrat ?",
    "Pouvez-vous me confirmer l'adresse de l'installation ?",
)
ECHOES = (
    "D'accord, donc si je comprends bien, {words}.",
    "Très bien, vous me dites : {words}, c'est bien ça ?",
    "Je reformule pour être sûr : {words}.",
    "Entendu. Je note dans le dossier : {words}.",
    "Alors, {words}, d'accord, je regarde ça.",
    "Si j'ai bien saisi : {words}.",
)
SYMPATHY = (
    "Je comprends votre mécontentement et je vous présente nos excuses.",
    "Désolé pour la gêne, on va regarder ensemble.",
    "Je comprends que ce soit agaçant.",
    "Je vous prie de nous excuser pour cette attente.",
    "Effectivement, ce n'est pas normal, je suis navré.",
    "Je prends ça très au sérieux.",
    "Je me mets à votre place.",
)
LISTENING = (
    "Oui, je vous écoute.",
    "D'accord.",
    "Je vois.",
    "Très bien, je note.",
    "Hum hum.",
    "Oui, je regarde l'historique.",
    "Je comprends.",
    "Alors, je suis dans votre dossier.",
)
HOLDS = (
    "Je vous mets en attente un petit instant, je vérifie avec mon service.",
    "Merci de patienter, je consulte votre dossier.",
    "Un instant, le logiciel est un peu lent aujourd'hui.",
)
SOLVED = {
    "billing": (
        "J'ai corrigé la ligne, la différence sera déduite de la prochaine facture.",
        "C'était un prorata, je vous envoie le détail par mail et j'annule les frais.",
    ),
    "payment": (
        "Le règlement est bien enregistré, vous ne recevrez plus de relance.",
        "J'ai mis en place l'échéancier, le premier versement part le mois prochain.",
    ),
    "refund": (
        "Je lance le remboursement, comptez trois à cinq jours ouvrés.",
        "Le virement est validé de notre côté ce jour.",
    ),
    "order_status": (
        "Votre commande part de l'entrepôt demain matin.",
        "Elle est validée, vous aurez le numéro de suivi dans la journée.",
    ),
    "delivery": (
        "Je relance le transporteur et je vous renvoie un colis dès aujourd'hui.",
        "Le colis est retrouvé, il repasse demain.",
    ),
    "order_change": (
        "C'est modifié, vous allez recevoir une nouvelle confirmation.",
        "J'ai retiré l'article en trop.",
    ),
    "return_exchange": (
        "L'étiquette de retour est partie, déposez le colis en relais.",
        "L'échange est accepté, le nouvel appareil part demain.",
    ),
    "cancellation": (
        "La demande de résiliation est prise en compte, effet sous dix jours.",
        "Votre option est retirée, sans frais.",
    ),
    "technical_issue": (
        "J'ai relancé la ligne à distance, le voyant devrait passer au vert.",
        "J'ai changé le profil de votre ligne, redémarrez et ce sera bon.",
    ),
    "account_access": (
        "J'ai débloqué le compte, un nouveau lien vient de partir.",
        "Essayez maintenant, l'accès est rétabli.",
    ),
    "account_update": (
        "La modification est faite, elle sera visible demain.",
        "C'est enregistré, vous recevez un avenant à signer.",
    ),
    "product_information": (
        "Oui, c'est inclus, je vous envoie la fiche par mail.",
        "Votre adresse est éligible depuis le mois dernier.",
    ),
    "purchase": (
        "La souscription est validée, la carte SIM arrive sous trois jours.",
        "Je vous ai préparé l'offre, il n'y a plus qu'à signer.",
    ),
    "appointment_callback": (
        "Le rendez-vous est déplacé, vous aurez un SMS la veille.",
        "C'est noté, un collègue vous rappelle.",
    ),
    "fraud_security": (
        "La ligne est suspendue et une opposition est posée.",
        "J'ai annulé le contrat contesté, le service sécurité prend la suite.",
    ),
    "complaint": (
        "Votre réclamation est transmise au service consommateurs avec une réponse sous dix jours.",
        "Je vous accorde un geste et je remonte le dossier à mon responsable.",
    ),
    "praise": (
        "Merci beaucoup, je transmets à l'équipe, ça va leur faire plaisir.",
        "C'est très gentil, bonne journée à vous.",
    ),
    "other": (
        "Je vous donne le bon contact.",
        "Vous trouverez tout sur notre site, rubrique contact.",
    ),
}
UNSOLVED = (
    "Je dois transmettre au service concerné, ils reviendront vers vous.",
    "Je n'ai pas la main là-dessus, il faut attendre le retour des techniciens.",
    "Le dossier est en cours d'étude, je ne peux pas vous donner de délai.",
    "Malheureusement le système ne me laisse pas valider, il faudra nous recontacter.",
    "Je crée une demande, vous serez prévenu sous soixante-douze heures.",
    "Il faut que je voie avec mon superviseur, je reviens vers vous par mail.",
    "La demande est ouverte, le délai de traitement est de cinq jours.",
    "Je ne vois rien d'anormal de mon côté, je fais remonter.",
    "Notre outil est en maintenance, pouvez-vous rappeler demain ?",
)
TRANSFERS = (
    "Je vous passe mon collègue du service {queue}, ne quittez pas.",
    "Ce n'est pas mon service, je vous transfère vers {queue}.",
)
FAREWELLS = (
    "Autre chose pour votre service ? Alors bonne journée, au revoir.",
    "Merci de votre appel et à bientôt chez Ondine.",
    "Je vous souhaite une agréable fin de journée.",
    "N'hésitez pas à nous recontacter, au revoir.",
    "Vous recevrez peut-être une petite enquête, merci d'y répondre. Au revoir.",
    "Bonne journée à vous et à bientôt.",
)
HELLO = "Bonjour,"
MAIL_REPLIES = (
    "Bonjour,\n\nNous avons bien reçu votre message et vous remercions de votre patience.\n\n{resolution}\n\nBien cordialement,\n\n{agent}\nService client Ondine Télécom",
    "Bonjour,\n\nJe fais suite à votre demande. {resolution}\n\nJe reste à votre disposition.\n\n{agent}\nOndine Télécom – Relation client",
    "Bonjour,\n\n{sympathy}\n\n{resolution}\n\nCordialement,\n{agent}, service clientèle",
)
SOCIAL_REPLIES = (
    "Bonjour {name}, nous sommes désolés. Pouvez-vous nous écrire en message privé avec votre numéro de dossier ?",
    "Bonjour {name} ! Nos équipes regardent cela. {resolution}",
    "Bonjour {name}, merci du signalement, un conseiller prend le relais.",
    "{resolution} Belle journée {name} !",
)
NOTES = (
    "Client mécontent, à rappeler avant vendredi. Contact : {value}",
    "Vu avec le N2, en attente. Coordonnées vérifiées : {value}",
    "RAS côté technique, geste possible. Joindre au {value}",
)
AUTO_REPLY = "Bonjour,\n\nVotre message a bien été reçu. Un conseiller vous répondra sous 48 heures ouvrées. Merci de ne pas répondre à cet e-mail automatique.\n\nOndine Télécom"
OUT_OF_OFFICE = "Bonjour,\n\nJe suis absent(e) jusqu'au {coming} et ne consulte pas mes messages. En cas d'urgence, merci de contacter mes collègues.\n"
BOUNCE = "Ce message a été créé automatiquement par le système de messagerie.\n\nLe message que vous avez envoyé n'a pas pu être remis à son destinataire :\n\n  {address}\n  550 5.1.1 boîte inexistante\n"
INTERNAL = "Bonjour l'équipe,\n\nPoint sur les dossiers {ticket} : merci de les clôturer avant ce soir, la file {queue} déborde.\n\n{agent}\n"
BOT_LINES = (
    "Bonjour, je suis Ondin, l'assistant virtuel. Décrivez votre demande en quelques mots.",
    "Je n'ai pas bien compris. Voulez-vous parler à un conseiller ?",
    "Je vous mets en relation avec un conseiller. Temps d'attente estimé : 4 minutes.",
)
CSAT_QUESTION = "Comment évaluez-vous cet échange ?"
CLOSED_TEMPLATE = "Cette conversation a été fermée. Merci d'avoir contacté Ondine."
CALLBACKS = (
    "Bonjour, Ondine Télécom, je vous rappelle suite à votre demande",
    "Oui bonjour, vous aviez demandé à être rappelé, {agent} d'Ondine",
)
"""How an agent opens a call that the company makes."""

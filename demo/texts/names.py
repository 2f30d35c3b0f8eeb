"""Names of people, streets and towns; the people are invented."""

FIRST_NAMES = {
    "fr": (
        *("Léa", "Camille", "Inès", "Chloé", "Manon", "Jade", "Sarah", "Julie"),
        *(
            "Aurélie",
            "Céline",
            "Sandrine",
            "Nathalie",
            "Isabelle",
            "Martine",
            "Monique",
        ),
        *("Françoise", "Yasmine", "Fatou", "Awa", "Élodie", "Noémie", "Hélène", "Zoé"),
        *(
            "Lucas",
            "Hugo",
            "Théo",
            "Nathan",
            "Mathieu",
            "Julien",
            "Nicolas",
            "Sébastien",
        ),
        *("Frédéric", "Stéphane", "Laurent", "Philippe", "Gérard", "Michel", "Karim"),
        *("Mehdi", "Mamadou", "Rémi", "Loïc", "Benoît", "Cédric", "Jérôme", "Gaël"),
    ),
    "en": (
        *("Emily", "Sophie", "Rachel", "Hannah", "Karen", "Linda", "Megan", "Priya"),
        *("Fiona", "Grace", "Olivia", "Aisha", "Janet", "Nora", "Bridget", "Heather"),
        *("James", "Oliver", "Daniel", "Tom", "Andrew", "Gareth", "Liam", "Callum"),
        *("Rajesh", "Patrick", "Simon", "Derek", "Stuart", "Kwame", "Neil", "Howard"),
    ),
}

LAST_NAMES = {
    "fr": (
        *("Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Lefèvre", "Roux"),
        *("Garnier", "Faure", "Mercier", "Blanchard", "Guérin", "Boyer", "Chevalier"),
        *(
            "Perrin",
            "Morel",
            "Gauthier",
            "Dumas",
            "Brunet",
            "Barbier",
            "Arnaud",
            "Colin",
        ),
        *(
            "Renard",
            "Lacroix",
            "Benali",
            "Haddad",
            "Diallo",
            "Traoré",
            "Nguyen",
            "Da Costa",
        ),
        *(
            "Le Goff",
            "Kervella",
            "Etcheverry",
            "Santini",
            "Muller",
            "Schneider",
            "Picard",
        ),
        *(
            "Carpentier",
            "Delannoy",
            "Vasseur",
            "Pruvost",
            "Marchand",
            "Rousseau",
            "Texier",
        ),
    ),
    "en": (
        *(
            "Smith",
            "Taylor",
            "Walker",
            "Hughes",
            "Patel",
            "Campbell",
            "Murphy",
            "Stewart",
        ),
        *("Bennett", "Foster", "Griffiths", "Kelly", "Chapman", "Sharma", "Lawson"),
        *(
            "Whitfield",
            "Okafor",
            "Harding",
            "Donnelly",
            "Thornton",
            "Ashworth",
            "Pryce",
        ),
    ),
}

AGENT_FIRST_NAMES = (
    *("Sophie", "Amandine", "Nadia", "Kevin", "Thomas", "Salma", "Bruno", "Estelle"),
    *("Youssef", "Marion", "Pauline", "Adrien", "Ricardo", "Leïla", "Vincent", "Ana"),
)
AGENT_LAST_NAMES = (
    *("Marchal", "Tessier", "Bouaziz", "Fontaine", "Ribeiro", "Caron", "Jaziri"),
    *("Lemaire", "Poirier", "Almeida", "Trabelsi", "Gillet", "Prévost", "Sousa"),
)

CITIES = (
    *("Nantes", "Rennes", "Lyon", "Lille", "Toulouse", "Bordeaux", "Dijon", "Grenoble"),
    *(
        "Montpellier",
        "Strasbourg",
        "Brest",
        "Limoges",
        "Reims",
        "Angers",
        "Pau",
        "Metz",
    ),
)
POSTCODES = dict(
    zip(
        CITIES,
        (
            *("44000", "35000", "69003", "59000", "31000", "33000", "21000", "38000"),
            *("34000", "67000", "29200", "87000", "51100", "49000", "64000", "57000"),
        ),
        strict=True,
    )
)
STREETS = (
    *("rue des Lilas", "avenue Jean Jaurès", "boulevard Victor Hugo", "rue du Moulin"),
    *("impasse des Tilleuls", "place de la République", "allée des Érables"),
    *("chemin des Vignes", "rue de la Fontaine", "quai de la Loire", "rue Pasteur"),
    *("avenue du Général de Gaulle", "rue de l'Église", "route de la Gare"),
)

"""Addresses in their many forms, and where they end."""

import pytest

from jobs.masking import mask


@pytest.mark.parametrize(
    "address",
    [
        # A place by its name, or a street without number, with its town.
        "lieu-dit La Croix Verte, 47300 Bias",
        "lieu-dit Kroaz ar Vein, 29300 Arzano",
        "Hameau des Combes, 05100 Briançon",
        "Villa Les Cigales, chemin des Oliviers, 83150 Bandol",
        "rue des Hauts Prés, 35400 Saint-Malo",
        "ZI Nord, 4 rue Ader, 72000 Le Mans",
        "9 r. de Metz 31000 Toulouse",
        # Belgium, Switzerland, Luxembourg: the number after, four digits.
        "Rue Haute 88, 1000 Bruxelles",
        "Avenue de la Couronne 12 bte 4, 1050 Ixelles",
        "Chemin du Bois 7, 1018 Lausanne",
        "12 route d'Arlon, L-1140 Luxembourg",
        "Case postale 40, 1211 Genève 4",
        "18 Grande Rue 25000 Besançon",
        "7 Grand'Place, 59000 Lille",
        "18 all. des Acacias, 33600 Pessac",
        "Foyer Saint-Michel, 35000 Rennes",
        # Canada.
        "18, rue Fleury E., Montréal, QC H2B 1K5",
        "455 rue Saint-Denis, app. 6, Québec (Québec) G1R 2B5",
        "12, rang Sainte-Anne, Magog QC J1X 3W4",
        "210 King Street West, Toronto, ON M5V 1J5",
        # Great Britain and the States.
        "Ivy Cottage, Church Lane, Kelmscott, GL7 3HG",
        "Flat 4, Elm House, 19 Mill Road, Ely CB7 4AA",
        "3b The Avenue, York YO1 7LS",
        "900 W Pine St NW Apt 3C, Salem, OR 97301",
        "RR 4, Box 20, Salem, OR 97301",
        "Rural Route 4, Box 20, Salem, OR 97301",
        "PO Box 40, Kirkwall KW15 1AA",
        "6 Elm Sq, Leeds",
        "12 Ivy Lane\nDerby DE1 3ZZ",
        "9 Elm Pl, Perth WA 6000",
        "18 rue Condé, 97110 Pointe-à-Pitre",
        # Ireland.
        "9 Abbey Street, Sligo F91 X2Y4",
        "Unit 3, Abbey Retail Park, Quay Road, Sligo F91 X2Y4",
        # Streets in German and Dutch.
        "Seefeldstrasse 40, 8008 Zürich",
        "Kerkstraat 8 bus 3, 2000 Antwerpen",
        # Parts by their names.
        "HLM Les Cèdres Bt 2 Esc 1 Apt 40, 9 rue Louise Michel, 93100 Montreuil",
        "512 boulevard Laurier Est, Québec, QC G1R 2B5",
    ],
)
def test_an_address_is_masked_whole(address):
    assert mask(f"{address}.") == "<ADDRESS>."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "c'est le trois bis rue Ampère soixante-neuf mille Lyon",
            "c'est le <ADDRESS>",
        ),
        (
            "c'est quarante avenue Foch trois quatre zéro zéro zéro Montpellier",
            "c'est <ADDRESS>",
        ),
        ("j'habite rue du port 18 à namur", "j'habite <ADDRESS>"),
        ("j'habite au 18 all. des Acacias", "j'habite au <ADDRESS>"),
        ("je vis au 18 grande rue, Besançon", "je vis au <ADDRESS>"),
        ("it's thirty one Birch Avenue", "it's <ADDRESS>"),
        ("i live at thirty one birch avenue", "i live at <ADDRESS>"),
        ("it's thirty b Birch Avenue", "it's <ADDRESS>"),
        ("it's one hundred and thirty Birch Avenue", "it's <ADDRESS>"),
        ("new address 6 birch close de1 3zz ok", "new address <ADDRESS> ok"),
        ("ship it to 40 birch drive salem or 97301", "ship it to <ADDRESS>"),
        ("im at 40 birch road, thanks", "im at <ADDRESS>, thanks"),
    ],
)
def test_an_address_is_understood_when_said(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "votre magasin de la rue Haute",
        "la Villa Blanche est fermée",
        "one way street",
        "a two bed close to the park",
        "Four Points Drive",
        "rue Haute 88",
        "zone 4 du plan",
        "9 allées et venues au guichet",
        "the road to Derby DE1 3ZZ",
        "j'habite rue du port 3 fois par semaine",
        "15 all inclusive, 15 all Monday",
        "2 grande place de parking",
        "mon adresse mail Orange ne marche plus",
    ],
)
def test_a_street_alone_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("It is at 12 Pine Road.\nThat is fine", "It is at <ADDRESS>.\nThat is fine"),
        ("It is at 12 Pine Street. Is it open?", "It is at <ADDRESS>. Is it open?"),
        ("au 12 rue Haute. Boulevard bloqué", "au <ADDRESS>. Boulevard bloqué"),
        (
            "they deliver to this place. What else",
            "they deliver to this place. What else",
        ),
        (
            "The address is 12 Pine Hill which is nice",
            "The address is <ADDRESS> which is nice",
        ),
        ("go to 12 Pine St.", "go to <ADDRESS>"),
        ("12 Ivy Lane\nDerby DE1 3ZZ\n01332 496 021", "<ADDRESS>\n<PHONE>"),
        # Said without a full stop.
        (
            "mon adresse est 6 rue du Port à Lorient vous avez livré le voisin",
            "mon adresse est <ADDRESS> vous avez livré le voisin",
        ),
        (
            "my address is 6 pine hill leeds nobody ever came",
            "my address is <ADDRESS> nobody ever came",
        ),
        ("my address is 6 The Mews", "my address is <ADDRESS>"),
        (
            "mon adresse est 6 rue du chat qui pêche 75005 Paris",
            "mon adresse est <ADDRESS>",
        ),
    ],
)
def test_an_address_ends_with_its_sentence(text, masked):
    assert mask(text) == masked

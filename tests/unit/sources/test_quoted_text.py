import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.quoted_text import holds_forward, strip, strip_html
from tests.unit.growth import growth

OWN = "Ma box clignote toujours en rouge."
HISTORY = "Bonjour, avez-vous essayé de la redémarrer ?"

INTRODUCTIONS = [
    "Le lun. 5 janv. 2026 à 10:12, Service client <sav@telco.example> a écrit :",
    "Le lun. 5 janv. 2026 à 10:12, Service client <sav@telco.example>\na écrit :",
    "Le lun. 5 janv. 2026 à 10:12, Service\nclient de Telco <\nsav@telco.example> a\nécrit :",
    "Le 05/01/2026 10:12, « Service client » <sav@telco.example> a écrit :",
    "Le 05/01/2026 à 10:12, Service client a écrit\u00a0:",
    "Le 5 janv. 2026 à 10:12, Service client <sav@telco.example> a écrit :",
    "- Le 2026-01-05 10:12, Service client a écrit :",
    "On Mon, Jan 5, 2026 at 10:12 AM Customer care <care@telco.example> wrote:",
    "On Mon, Jan 5, 2026 at 10:12 AM Customer care from Telco <\ncare@telco.example> wrote:",
    "On Jan 5, 2026, at 10:12, Customer care <care@telco.example> wrote:",
    "--- On Mon, 1/5/26, care@telco.example <care@telco.example> wrote:",
    "Am 05.01.2026 um 10:12 schrieb Kundendienst <sav@telco.example>:",
    "El lun, 5 ene 2026 a las 10:12, Clientes (<sav@telco.example>) escribió:",
    "Op ma 5 jan 2026 om 10:12 schreef Klantendienst <sav@telco.example>:",
    "-----Message d'origine-----\nDe : Service client\nEnvoyé : lundi 5 janvier 2026",
    "-----Original Message-----\nFrom: Customer care\nSent: Monday",
    "----- Mail original -----\nDe: \"Service client\" <sav@telco.example>",
    "Début du message réexpédié :\n\nDe: Service client <sav@telco.example>",
    "Début du message transféré :",
    "Begin forwarded message:",
    "---------- Forwarded message ---------\nDe : Service client <sav@telco.example>",
    "---------- Message transféré ---------",
    "-------- Message original --------\nDe : sav@telco.example",
    "De : Service client <sav@telco.example>\nEnvoyé : lundi 5 janvier 2026 10:12\n"
    "À : Léa Martin\nObjet : RE: panne",
    "*De :* Service client\n*Envoyé :* lundi 5 janvier 2026 10:12\n*À :* Léa\n"
    "*Objet :* RE: panne",
    "________________________________\nFrom: Customer care <care@telco.example>\n"
    "Sent: Monday, January 5, 2026 10:12\nTo: Lea\nSubject: RE: fault",
    "Date: Mon, 5 Jan 2026 10:12:00 +0100\nSubject: panne\nFrom: sav@telco.example\n"
    "To: lea@example.com",
    "##- Veuillez taper votre réponse au-dessus de cette ligne -##",
    "-- Please reply above this line --",
]  # fmt: skip


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("mark", ["", "> "])
def test_what_stands_below_an_introduction_is_not_the_author_s(introduction, mark):
    assert strip(f"{OWN}\n\n{introduction}\n\n{mark}{HISTORY}") == OWN


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_a_forward_without_a_word_is_empty(introduction):
    assert strip(f"{introduction}\n\n{HISTORY}") == ""


@pytest.mark.parametrize(
    "prose",
    [
        "On Monday I wrote:\nno answer since.",
        "Le chat a écrit :\nbonjour tout le monde",
        "Le 5 janvier 2026 à 10:12, votre conseiller m'a écrit :\nque tout irait bien.",
        "On the other hand, it works.\nOn average, once a day.",
        "From: the very start it went wrong.",
        "De : Lyon\nÀ : Paris\nDate : 12 mars\n\nMon train avait 2 h de retard.",
        "Objet : panne\nDate : hier\n\nRien ne marche.",
        "Ce message est pour dire que mes données confidentielles ont fuité.",
        "Le message d'origine n'est jamais arrivé.",
        "Envoyé hier, reçu cassé.",
        "Merci\nJe voudrais savoir où est mon colis.",
        "Merci\nUrgent\n\nJe voudrais savoir où est mon colis.",
        "Thank you.\nNope.",
        "3 > 2, non ?",
    ],
)
def test_prose_that_looks_like_an_introduction_stays(prose):
    assert strip(prose) == prose


def test_answers_between_quoted_lines_are_kept_in_their_order():
    text = (
        "Le 5 janv. 2026 à 10:12, Service client <sav@telco.example> a écrit :\n"
        "> Quel est le modèle ?\n\nLa X200.\n\n> Depuis quand ?\n>> avant\nDeux jours.\n"
    )
    assert strip(text) == "La X200.\n\nDeux jours."


def test_an_answer_below_the_quoted_text_is_kept():
    text = (
        "Le 5/1/26 à 9:00, Léa a écrit :\n> Bonjour\n> Avez-vous reçu ?\n\nNon, rien."
    )
    assert strip(text) == "Non, rien."


def test_an_introduction_in_an_unknown_language_goes_with_the_quote_below_it():
    text = f"{OWN}\npt. 5.01.2026, 10:12 Dział <sav@telco.example> napsal:\n> co\n"
    assert strip(text) == OWN


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nLéa Martin\nResponsable achats\n\n12 rue des Lilas",
        "--\nLéa",
        "Cordialement,\nLéa Martin\n06 12 34 56 78",
        "Bien cordialement\n\nLéa MARTIN\n12 rue des Lilas\n69003 Lyon",
        "Cdlt\nLéa",
        "Je vous prie d'agréer, Madame, Monsieur, l'expression de mes\n"
        "salutations distinguées.\n\nLéa Martin",
        "Kind regards,\n\nJohn Smith\nSales Manager | ACME Ltd\nT: +44 20 7946 0018",
        "Envoyé de mon iPhone",
        "Sent from my iPhone",
        "Télécharger Outlook pour Android<https://aka.ms/x>",
        "Envoyé depuis l'application Mail Orange",
        "Ce message et toutes les pièces jointes sont confidentiels et destinés à\n"
        "leurs seuls destinataires. Toute diffusion est interdite.\n\nThank you.",
        "This e-mail and any attachments are confidential and intended solely for\n"
        "the addressee.",
    ],
)
def test_a_signature_goes(signature):
    assert strip(f"{OWN}\n\n{signature}") == OWN


def test_thanks_stay_and_the_name_below_goes():
    assert strip(f"{OWN}\nMerci d'avance,\nLéa Martin") == f"{OWN}\nMerci d'avance,"


@pytest.mark.parametrize(
    "kept",
    [
        "PS : appelez-moi le soir.",
        "N° de commande : 12345",
        "Vous devez me rappeler avant lundi, sinon je résilie mon abonnement.",
    ],
)
def test_what_says_something_after_the_closing_stays(kept):
    assert strip(f"{OWN}\n\nCordialement,\nLéa Martin\n\n{kept}") == f"{OWN}\n\n{kept}"


def test_a_signature_that_is_all_there_is_stays():
    assert strip("--\nLéa Martin, dossier 12345") == "--\nLéa Martin, dossier 12345"


def test_the_mark_of_a_telephone_is_never_what_somebody_said():
    assert strip("Envoyé de mon iPhone") == ""


@pytest.mark.parametrize(
    "html",
    [
        f'<div dir="ltr">{OWN}</div><div class="gmail_quote"><div class="gmail_attr">'
        "Le lun. 5 janv. 2026 à 10:12, SAV &lt;sav@telco.example&gt; a écrit :<br></div>"
        f'<blockquote class="gmail_quote">{HISTORY}</blockquote></div>',
        f'<p>{OWN}</p><div class="moz-cite-prefix">Le 05/01/2026 à 10:12, SAV a écrit :'
        f'</div><blockquote type="cite">{HISTORY}</blockquote>',
        f'<div>{OWN}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">'
        f"<b>De :</b> SAV<br><b>Objet :</b> x</div><div>{HISTORY}</div>",
        f"<p class=MsoNormal>{OWN}</p><div style='border:none;border-top:solid #E1E1E1 "
        f"1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Von:</b> SAV</p></div>"
        f"<p class=MsoNormal>{HISTORY}</p>",
        f'<div>{OWN}</div><div class="ydp1yahoo_quoted"><div>{HISTORY}</div></div>',
        f'<div>{OWN}</div><div class="gmail_signature">Léa<br>Responsable</div>',
        f'<p>{OWN}</p><div class="moz-forward-container">-------- x<br>{HISTORY}</div>',
    ],
)
def test_what_the_program_marks_as_quoted_goes(html):
    assert strip_html(html) == OWN


def test_an_html_answer_between_quotes_is_kept():
    html = (
        '<div class="gmail_quote">Le lun. 5 janv. 2026 à 10:12, SAV &lt;s@t.example&gt; '
        "a écrit :<blockquote class=gmail_quote>Quel modèle ?</blockquote>La X200."
        "<blockquote class=gmail_quote>Depuis quand ?</blockquote>Deux jours.</div>"
    )
    assert strip_html(html) == "La X200.\n\nDeux jours."


def test_an_indented_paragraph_is_the_author_s():
    html = f'<blockquote style="margin:0 0 0 40px;border:none">{OWN}</blockquote>'
    assert strip_html(html) == OWN


def test_words_typed_into_the_signature_element_are_not_lost():
    assert strip_html(f'<div id="Signature">{OWN}</div>') == OWN


def test_a_forward_is_told_by_the_program_s_mark_only():
    assert holds_forward("voir ici\n---------- Message transféré ---------\nDe : x")
    assert holds_forward("Begin forwarded message:\n")
    assert not holds_forward("J'ai transféré le message à un ami.")
    assert not holds_forward("-----Message d'origine-----")


LINES = st.sampled_from(
    [*INTRODUCTIONS, OWN, "> cité", "", "-- ", "--", "Cordialement", "Léa", "De :", ">"]
)


@given(st.lists(LINES).map("\n".join) | st.text())
def test_no_text_makes_it_fail_and_nothing_is_added(text):
    own = strip(text)
    assert own == own.strip()
    assert len(own) <= 3 * len(text)
    strip_html(text)


@pytest.mark.parametrize(
    "line",
    [
        "On ", "Le 5 janv. 2026 à 10:12 ", "Le 5 à 9:00, a écrit :x\n", "a écrit :\n",
        "On x wrote:\n", "De : a\n", "From: a@b\nTo:\n", "> \n", "\n", ">\na@b:\n", "--\n",
        "Cordialement\nLéa\nnon?\n", "merci\n", "je vous prie ", "begin 644 x\n", " ", "-",
        "Ce message\n", "@", "<", "[cid:", "schrieb ", "\n-- Léa\n", "a@b\n1/2/2026\nA\n",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_however_odd_the_text(line):
    # Eight times the length would be 64 times the time, were it quadratic.
    short = 8_000 // len(line)
    assert growth(strip, line * short, line * short * 8) < 25


WORDS = "Ma box est en panne."


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(
            "===========================\nMessage du : 02/03/2026 10:00\n"
            'De : "SAV" <sav@company.example>\nA : lea@sfr.example\nSujet : Panne\n\nBonjour',
            id="SFR",
        ),
        pytest.param(
            "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\n"
            "On Monday, March 2, 2026 10:00 AM, SAV <sav@company.example> wrote:\n\n> Hello",
            id="ProtonMail's hyphens",
        ),
        pytest.param(
            "  On Mon, Mar 2, 2026 at 10:00, SAV<sav@company.example> wrote:   Hello there",
            id="Yahoo's application, English",
        ),
        pytest.param(
            "Le lun. 2 mars 2026 à 10:00, SAV<sav@company.example> a écrit : Bonjour",
            id="Yahoo's application, French",
        ),
        pytest.param(
            "De : SAV <sav@company.example> Envoyé : lundi 2 mars 2026 10:00 "
            "À : Léa <lea@example.org> Objet : Panne\n\nBonjour",
            id="headers whose line ends were lost",
        ),
        pytest.param(
            "---- On Mon, 02 Mar 2026 10:00:00 +0100 SAV <sav@company.example> wrote ---\n\nHi",
            id="Zoho, English",
        ),
        pytest.param(
            "---- Le lun., 02 mars 2026 10:00:00 +0100 sav@company.example a écrit ----\n\nOui",
            id="Zoho, French",
        ),
        pytest.param(
            "##- Veuillez saisir votre réponse au-dessus de cette ligne -##\n\nVotre demande",
            id="Zendesk",
        ),
        pytest.param(f"{'_' * 47}\nSav mailing list\nSav@lists.example", id="Mailman"),
        pytest.param(
            'Message du 02/03/26 10:00\nDe : "SAV" <sav@company.example>\n'
            "A : lea@orange.example\nObjet : Panne\n\nBonjour",
            id="Orange",
        ),
        pytest.param(
            "Selon SAV <sav@company.example> :\n\n> Bonjour", id="Horde, French"
        ),
        pytest.param("Quoting sav@company.example:\n\n> Hello", id="Horde, English"),
        pytest.param(
            "---------- Réacheminé par Léa Martin/FR le 02/03/2026 10:00 ----------\n\nBonjour",
            id="Notes, French",
        ),
        pytest.param(
            '------------------ Original ------------------\nFrom: "SAV"'
            "<sav@company.example>;\nDate: Mon, Mar 2, 2026 10:00 AM\nSubject: Re: box",
            id="QQ Mail",
        ),
        pytest.param("---- SAV Telco wrote ----\n\nHello", id="Zoho's application"),
        pytest.param(
            "----- Reply message -----\nDe : sav@company.example\nObjet : Panne\n\nBonjour",
            id="Samsung",
        ),
        pytest.param(
            "Forwarded message:\n\n> From: SAV <sav@company.example>\n> Subject: Fault",
            id="MailMate",
        ),
        pytest.param(
            "2026-03-02 10:00 GMT+01:00 SAV <sav@company.example>:\n\nBonjour",
            id="Gmail",
        ),
        pytest.param(
            "Excerpts from SAV's message of March 2, 2026 10:00 am:\n> Hello",
            id="Astroid",
        ),
        pytest.param(
            "2026/3/2 SAV <sav@company.example>\n\n> Bonjour", id="older Gmail"
        ),
        pytest.param(
            "2 mars 2026 10:00:33 SAV <sav@company.example>:\n\nBonjour", id="FairEmail"
        ),
        pytest.param(
            "SAV Telco a écrit le 02/03/2026 10:00 :\n\nBonjour", id="date behind"
        ),
        pytest.param(
            "Op 2 mrt. 2026 om 10:00 heeft SAV <sav@company.example> het volgende "
            "geschreven:\n\nHallo",
            id="iPhone, Dutch",
        ),
        pytest.param(
            "Od: SAV\nWysłano: poniedziałek, 2 marca 2026 10:00\nDo: Lea\nTemat: RE: box\n\nCześć",
            id="Outlook, Polish",
        ),
        pytest.param(
            "От: SAV\nОтправлено: понедельник, 2 марта 2026 г. 10:00\nКому: Lea\nТема: RE: box",
            id="Outlook, Russian",
        ),
        pytest.param(
            "Monday, 2 March 2026, 10:00 AM +0100 from SAV <sav@company.example>:\n\nHello",
            id="Mail.ru, English",
        ),
        pytest.param(
            "Lundi 2 mars 2026 à 10:00 +01:00 de SAV <sav@company.example>:\n\nBonjour",
            id="Mail.ru, French",
        ),
        pytest.param("Envoyé à partir d'Outlook pour Android", id="Outlook, French"),
        pytest.param("Télécharger BlueMail pour Android", id="BlueMail"),
        pytest.param(
            "Garanti\nsans virus. www.avast.com\n<https://www.avast.com/sig-email>\n"
            "<#DAB4FAD8-2DD7-40BB-A1B8-4E2AA1F9FDF2>",
            id="Avast",
        ),
        pytest.param(
            "Ce message et ses pieces jointes peuvent contenir des informations\n"
            "confidentielles et ne doivent pas etre diffuses.",
            id="a notice without accents",
        ),
    ],
)
def test_more_programs_history_and_lines_go(below):
    assert strip(f"{WORDS}\n\n{below}") == WORDS


@pytest.mark.parametrize(
    "introduction",
    [
        "SAV <sav@company.example> a écrit :",
        "sav@company.example wrote:",
        "På 2 mars 2026 på 10:00:18, SAV (sav@company.example) skrev:",
        "On Mar 2, 2026, at 10:00, SAV <\n416ffd32@company.example>\nwrote:",
    ],
)
@pytest.mark.parametrize("last", ["le colis est perdu", "Je rappelle le 12/03/2026"])
@pytest.mark.parametrize("mark", ["", "> "])
def test_what_the_author_says_right_above_an_introduction_stays(
    introduction, last, mark
):
    words = f"{WORDS}\n{last}"
    assert strip(f"{words}\n{introduction}\n\n{mark}{HISTORY}") == words


def test_a_sentence_that_begins_like_a_header_is_no_part_of_the_block_below():
    words = f"De : notre magasin, tout est parti.\n{WORDS}"
    history = "-----Message d'origine-----\nDe : sav@company.example\nObjet : Panne"

    assert strip(f"{words}\n\n{history}") == words


@pytest.mark.parametrize(
    "inline",
    [
        " Le lun. 2 mars 2026 à 10:00, SAV <sav@company.example> a écrit :",
        "--- On Mon, Mar 2, 2026 at 10:00, sav@company.example wrote:",
    ],
)
def test_what_the_author_says_on_an_introduction_s_own_line_stays(inline):
    assert strip(f"Bonjour\n{WORDS}{inline}\n> {HISTORY}") == f"Bonjour\n{WORDS}"


@pytest.mark.parametrize(
    "text",
    [
        "Mes démarches :\n12/01/2026 mail à <sav@company.example> :\naucune réponse.",
        "Original\nDe : Lyon\nÀ : Paris",
        "Selon votre agent sav@company.example :\nle colis est perdu.",
        "On line 3 <a@b.example> wrote nothing",
        "De : Lyon, envoyé : lundi, à : Paris, prix : 12",
        "____\nMa liste de courses\nmailing list",
    ],
)
def test_what_only_looks_like_them_stays(text):
    assert strip(text) == text.strip()


@pytest.mark.parametrize(
    "notice",
    [
        "CAUTION: This email originated from outside of the organization. Do not\n"
        "click links or open attachments unless you recognize the sender and know\n"
        "the content is safe.\n",
        "[EXTERNAL]",
        "[EXTERNE] Cet e-mail provient de l’extérieur.\nNe cliquez pas sur les liens.",
        "*** ATTENTION : ce courriel provient d'un expéditeur externe. ***",
        "Avertissement automatisé : Ce courriel provient de l'extérieur de votre "
        "organisation. Ne cliquez pas sur les liens.",
        "[Vous ne recevez pas souvent de courriers de lea@example.org. Découvrez pourquoi "
        "ceci est important à https://aka.ms/LearnAboutSenderIdentification ]",
        "You don't often get email from lea@example.org. Learn why this is important"
        "<https://aka.ms/LearnAboutSenderIdentification>",
    ],
)
def test_what_the_gateway_warns_of_at_the_top_is_not_the_author_s(notice):
    assert strip(f"{notice}\nBonjour,\n{WORDS}") == f"Bonjour,\n{WORDS}"
    assert strip(f"\n{notice}\n\n{WORDS}") == WORDS
    html = f"<table><tr><td>{notice}</td></tr></table><p>{WORDS}</p>"
    assert strip_html(html) == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Attention, je n'ai toujours rien reçu.\nNe cliquez pas trop vite sur clore.",
        "Ce message est le troisième : j'attends un technicien externe.",
        "Vous ne répondez pas souvent aux messages.",
        "Attention, le message d'erreur provient de l'extérieur de la maison.",
        "Bonjour,\nce courriel provient de l'extérieur, dit votre serveur.",
    ],
)
def test_what_only_sounds_like_a_warning_stays(text):
    assert strip(text) == text


@pytest.mark.parametrize(
    "below",
    [
        "Jean Dupont\n12 rue des Lilas\n75011 Paris\n06 12 34 56 78",
        "*Léa Martin, responsable des achats*\nT: 01 45 67 89 01 | M: 06 12 34 56 78",
        "Cordialement,\n\nLéa Martin\nResponsable\n\nAGENCE LYON : 460 RUE LOUIS PASTEUR – LE "
        "PARC\n69001 LYON\nTél : 04 78 00 00 00",
        "Dr Jean Dupont - Cabinet médical\nTél. 04 78 00 00 00\ncontact@cabinet.example",
        "Dans l'attente de votre retour, je vous prie d'agréer, Madame, Monsieur, mes "
        "salutations distinguées.\n\nLéa Martin",
        "Cordialement \U0001f642\nLéa",
        "De mon iPhone",
        "(sent from a phone)",
        "Téléchargé depuis Yahoo Mail pour iPhone",
        "Diese Nachricht wurde von meinem Telefon mit K-9 Mail gesendet.",
        "Skickat från min iPhone",
        "Afin de contribuer au respect de l'environnement, merci de n'imprimer ce courriel "
        "qu'en cas de nécessité.",
        "\U0001f333 Pensez à l'environnement avant d'imprimer ce courriel",
    ],
)
def test_what_signs_without_a_closing_goes(below):
    assert strip(f"{WORDS}\n\n{below}") == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Voici à qui écrire :\n\nJean Dupont\n06 12 34 56 78",
        "Merci de rappeler mon fils\n\nPaul Dupont\n06 12 34 56 78",
        "Merci de me joindre au\n06 12 34 56 78",
        "Ma box est en panne.\n\nJean Dupont\nTél : 06 12 34 56 78\nClient n° 123456",
        "Jean Dupont\n06 12 34 56 78",
    ],
)
def test_names_and_numbers_that_are_what_is_said_stay(text):
    assert strip(text) == text


def test_filling_nobody_sees_goes():
    assert strip("Bon\u00adjour\u034f \u034f\u200e") == "Bonjour"


@pytest.mark.parametrize(
    "signature",
    [
        '<div class="front-signature">Léa</div>',
        '<div name="messageSignatureSection">Léa<br>Envoyé avec Spark</div>',
    ],
)
def test_a_signature_is_told_by_how_programs_name_it(signature):
    assert strip_html(f"<div>{WORDS}</div>{signature}") == WORDS


@pytest.mark.parametrize(
    "introduction",
    [
        pytest.param("From: SAV <sav@telco.example>\nDate: Mon, 5 Jan 2026 10:12:00 +0100",
                     id="a sender and a date alone"),
        pytest.param("De : SAV <sav@telco.example>\nDate : lun. 5 janv. 2026 10:12",
                     id="a sender and a date alone, French"),
        pytest.param("Service Client, le lun. 05 janv. 2026 10:12:33 +0100, a ecrit :",
                     id="Mutt, French"),
        pytest.param("En réponse à SAV <sav@telco.example> :", id="IMP, French"),
        pytest.param("En réponse à sav@telco.example :", id="IMP, an address alone"),
        pytest.param("Dans un e-mail daté du 05/01/2026 10:12:33 Paris, Madrid, "
                     "sav@telco.example a écrit :", id="AOL, French"),
        pytest.param("Dans son message du 05/01/2026 à 10:12, Service Client écrivait :",
                     id="a date, and what was sent"),
        pytest.param("---- Activé lun., 05 janv. 2026 10:12:33 +0100 SAV <sav@telco.example> "
                     "a écrit ----", id="Zoho, its own French"),
        pytest.param("SAV <sav@telco.example>\n05/01/2026 10:12\n\nA\nlea@example.com\n"
                     "cc\n\nObjet\nRe: panne", id="Lotus Notes, French"),
        pytest.param("Service Client/FR/TELCO\nEnvoyé par : Marc Petit\n05/01/2026 10:12\n\n"
                     "Pour\nLea Martin <lea@example.com>\ncc\n\nObjet  Re: panne",
                     id="Lotus Notes, on somebody's behalf"),
        pytest.param("Dne 5.1.2026 10:12, SAV napsal(a):", id="Thunderbird, Czech"),
    ],
)  # fmt: skip
def test_rarer_introductions_go_with_the_quote_below_them(introduction):
    assert strip(f"{OWN}\n\n{introduction}\n\n> {HISTORY}") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Mon voisin, le lun. 5 janv. 2026 à 10:12, m'a écrit :\nla fibre est coupée.",
        "Dans votre mail du 5 janvier 2026 votre conseiller a écrit :\nvous aurez un avoir.",
        "De : Lyon\nDate : lundi 5 janvier",
        "Voici ce que je veux :\n\nLéa Martin\n05/01/2026\n\nA\nune nouvelle box",
    ],
)
def test_what_only_looks_like_the_rarer_ones_stays(text):
    assert strip(text) == text


@pytest.mark.parametrize(
    "below",
    [
        "-- Léa Martin",
        "--Léa Martin\nACME SAS\n06 12 34 56 78",
        "— Léa",
        "Bien cdlt",
        "Cdlt Léa",
        "Bàv,\nLéa",
        "Regards / Cordialement\n\nLéa Martin",
        "With kind regards / Met vriendelijke groet | Cordialement,\nLéa",
        "Mail envoyé depuis mon iPhone",
        "Message envoyé de mon portable",
        "[Image supprimée par l'expéditeur.]",
        "Image removed by sender. Logo",
        "![](https://desk.example/attachments/token/LaKwXheOwVhBXmoL5TtSxH438/?name=a.jpg)",
        "Sent from Windows Mail",
        "Sent from Mailbox for iPad",
        "Vielen Dank und schöne Grüße\nJan Müller",
    ],
)
def test_short_and_bilingual_signatures_go(below):
    assert strip(f"{WORDS}\n\n{below}") == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Mes options :\n\n-- Fibre\n-- Télé",
        "Je veux :\n-- Fibre",
        "Ma box est en panne.\n\n-- Fibre coupée depuis lundi, que faire ?",
        "Je choisis :\n\n-- Fibre\n\nMerci de me rappeler au plus vite, je suis chez moi.",
    ],
)
def test_a_list_with_two_dashes_stays(text):
    assert strip(text) == text


BUSINESS = """Bien cordialement,

Julie Martin
Responsable comptabilité fournisseurs
Direction administrative et financière

SAS EXEMPLE
12 avenue de la République
BP 123
69003 LYON CEDEX 03
Tél : +33 (0)4 72 00 00 00
Fax : +33 (0)4 72 00 00 01
Mob : +33 (0)6 00 00 00 00
www.exemple.example
SIRET 123 456 789 00012
Capital de 100 000 euros
RCS Lyon B 123 456 789
Suivez-nous sur LinkedIn"""


@pytest.mark.parametrize(
    "below",
    [
        BUSINESS,
        "Cordialement,\n\nMarc Petit\nDirecteur régional Grand Est\n57000 Metz",
        "Cordialement,\nMarc Petit\n12 rue de la Gare\n62000 Pas-de-Calais",
        "Kind regards\n\nWill Smith\nHead of sales, ACME GmbH\n60311 Frankfurt am Main",
    ],
)
def test_a_company_s_signature_goes(below):
    assert strip(f"{WORDS}\n\n{below}") == WORDS


def test_a_signature_goes_to_its_last_address_whatever_follows():
    signature = (
        "Cordialement,\n\nMarc Petit\nDirecteur régional, agence de Metz\n57000 Metz"
    )
    further = "Nous sommes fermés le 14 juillet, merci de votre compréhension."

    assert strip(f"{WORDS}\n\n{signature}\n\n{further}") == f"{WORDS}\n\n{further}"


def test_what_is_said_below_a_closing_stays_although_a_number_follows():
    said = "Il manque un câble\nNuméro 06 12 34 56 78\nVous devez me rappeler."

    assert strip(f"{WORDS}\n\nCordialement\n\n{said}") == f"{WORDS}\n\n{said}"

"""Words that stand where a name could and are none."""

import re

from jobs.masking.view import words

# Never a name after a title, an introduction or a closing.
NOT_A_NAME = words(
    "le la les l un une de du des d et ou mais donc car ni je j tu il elle on nous vous ils"
    " elles me te se y en a au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre"
    " nos votre vos leur leurs qui que qu quoi dont ou est sont etait etaient sera serait"
    " suis es sommes etes ai as avons avez ont avait avais aura va vais vont fait dit m s n"
    " ne pas plus jamais rien tres trop bien mal tout toute tous toutes aussi encore deja"
    " toujours merci bonjour bonsoir salut hello allo oui non si ok voila alors euh ben"
    " client cliente clients abonne abonnee directeur directrice responsable conseiller"
    " conseillere ministre maire president presidente technicien technicienne facteur livreur"
    " monsieur madame mademoiselle messieurs mesdames m mr mme mlle cher chere par pour avec"
    " sans sur sous dans chez depuis vers contre entre apres avant pendant comme quand parce"
    " afin lorsque puisque quel quelle votre suite concernant objet the a an i my me we you"
    " he she it they this that is are was were be been am have has had do does did not no"
    " yes and or but so because if when with without for from to of in on at by your our"
    " their his her sir madam dear hi hey thanks thank please very really just still also"
    " pas here there now customer service team support calling speaking sorry happy glad"
    " writing trying going how what where which why would could can may will shall help after"
    " before while until upon about under over not sure having getting waiting looking using being told"
    " decue decu furieux furieuse enerve content contente satisfait satisfaite francais"
    " francaise parisien parisienne actuellement vraiment simplement locataire proprietaire"
    " titulaire chez joignable disponible retraite etudiant etudiante maman papa mort morte"
    " ici cordialement salutations bonne bon journee soiree reception lecture sincerement"
    " equipe votre tel telephone envoye sent numero ref reference aujourd hier demain x y"
    " personne quelqu aucun aucune celui celle ceux autre meme a c ca cela qu lors contrat"
    " tout svp stp attend attends peut peux doit dois veut veux pense trouve habite habitant"
    " mecontente mecontent ravi ravie certain certaine sur oblige obligee bloque bloquee"
    " perdu perdue malade handicape handicapee absent absente etonne etonnee desole desolee"
    " presque encore abonnes particulier professionnel pro nouveau nouvelle ancien ancienne"
    " fidele dispo misspelled misspelt spelled spelt wrong missing incorrect listed registered"
    " written changed different orthographie ecrit ecrite errone inscrit change concerne concernee prete pret d accord internaute usager"
    " nom prenom name surname voir see inconnu unknown"
)

# Firms and things of which people say "c'est" and "this is", by any of their words.
NOT_PEOPLE = words(
    "orange sfr free bouygues sosh telecom mobile media vodafone three sky gas energy google"
    " samsung apple amazon pixel galaxy xbox credit agricole banque bank assurance assurances"
    " poste carte friday air france radio gare hotel canal nord sud station"
    " street road school service services support team"
)

# What "moi c'est" says of a thing. A name in lower case is known by nothing but that it is
# no other word, so these are those that people say there.
TOLD_OF_THINGS = words(
    "pareil idem kif normal simple juste cher gratuit coupe fini mort ok urgent grave dingue"
    " marque ecrit vexant marrant chiant important embetant frustrant different surtout plutot"
    " moins mieux pire plus comment comprendre savoir ecran box livebox freebox wifi internet"
    " fibre orange free sfr bouygues sosh"
)
# "Lentement", "terminé", "payer": of this shape are adverbs and verbs, and few names.
TOLD_OF_THINGS_SHAPE = re.compile(r"[a-zà-ÿ]{2,}(?:ment|ée?s?|er|ir)\b")
NAMES_OF_THAT_SHAPE = words(
    "aime aimee amir andre andree casimir chloe clement desire desiree didier dorothee esme"
    " esther gauthier jennifer jose josee nacer nadir nasser noe olivier omer peter rene renee"
    " roger samir timothee walter xavier yasser zoe"
)

# Said to "monsieur" and "madame" in speech, where no name follows.
SAID_TO_SOMEBODY = words(
    "ah attendez bah bon bref combien comment desole desolee dites ecoutez eh excusez"
    " finalement franchement hein justement laissez moi normalement pardon pardonnez parti"
    " partie peut portee pourquoi regardez rien toi voyez voyons"
)

# What chat says after "thanks" where a mail is signed.
NOT_SIGNED = words(
    "bye goodbye ciao great awesome cool perfect excellent good enjoy take see okay sure yes"
    " yeah yep nope wow lol haha hmm hmmm mhm ah oh parfait super entendu nickel top genial"
    " d'accord ok bisous a+ welcome cheers later tchao adieu"
)

NO_ANSWER = NOT_A_NAME | NOT_SIGNED

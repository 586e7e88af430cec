"""Common given names and surnames in the United States: evidence of which column holds which, never of a single name."""

import re
import unicodedata


def _listed(text):
    return frozenset(text.split())


GIVEN = _listed(
    """
    aaron abby abdul abigail adam adaeze adele adrian adriana adrienne agnes ahmed aidan aiden aileen aisha akiko alan albert
    alberto alejandra alejandro alex alexa alexander alexandra alexis alfred alfredo alice alicia alison allen allison alma
    alondra alvin alyssa amanda amara amber amelia amir amy ana anastasia andre andrea andres andrew andy angel angela
    angelica angelina angelo anita ann anna anne annette annie anthony antonia antonio april aria ariana arlene armando
    arthur ashley aubrey audrey aurora autumn ava avery bao barbara barry beatrice beatriz becky bella ben benjamin bernadette
    bernard bernice bertha bessie beth bethany betty beverly bill billie billy blanca bob bobbie bobby bonnie brad bradley
    brandi brandon brandy brenda brendan brent brett brian briana brianna bridget brittany brooke bruce bryan bryce caleb
    calvin cameron camila candace candice carl carla carlos carmen carol carole carolina caroline carolyn carrie casey
    cassandra catherine cathy cecilia cecil cedric celia cesar chad charlene charles charlie charlotte chase chelsea cheryl
    chester chloe chris christian christie christina christine christopher christy cindy claire clara clarence claudia
    clayton clifford clyde cody colin colleen connie connor consuelo corey cory courtney craig cristina crystal curtis cynthia
    daisy dale dan dana daniel daniela danielle danny daphne darlene darrell darren daryl dave david dawn dean deanna debbie
    deborah debra deepak delia della delores denise dennis derek derrick desiree deshawn destiny devin devon diana diane
    dianne diego dina dmitri dolores dominic don donald donna dora doreen doris dorothy doug douglas duane dustin dwayne
    dwight dylan earl ebony eddie edgar edith edmund edna eduardo edward edwin eileen elaine eleanor elena eli elias elijah elisa
    elizabeth ella ellen elliott elmer eloise elsa elsie elvira emanuel emilia emilio emily emma enrique eric erica erick erik
    erika erin ernest ernesto esteban estela estelle esther ethan ethel eugene eunice eva evan eve evelyn faith fatima fatoumata
    faye felicia felipe felix fernando flora florence floyd frances francesca francis francisco frank franklin fred freda
    freddie frederick gabriel gabriela gabriella gail garrett gary gavin gene genevieve geoffrey george georgia gerald
    geraldine gerard gertrude gilbert gina giovanni gladys glen glenda glenn gloria gordon grace graciela greg gregory greta
    gretchen guadalupe guillermo gustavo guy gwen gwendolyn hannah hans harold harriet harry harvey hassan hazel heather hector
    heidi helen helena henry herbert herman hilda hiroshi holly hope horace howard hubert hugh hugo hung ian ibrahim ida ignacio
    imani inez ingrid irene iris irma isaac isabel isabella isaiah isla ivan ivy jack jackie jackson jacob jacqueline jaime jake
    jamal james jamie jan jane janet janice janie jared jasmine jason javier jay jean jeanette jeanne jeff jeffery jeffrey
    jenna jennie jennifer jenny jeremiah jeremy jerome jerry jesse jessica jessie jesus jill jim jimmie jimmy jin jing jo joan
    joann joanna joanne jocelyn jodi jodie joe joel joey johanna john johnnie johnny jon jonah jonathan jorge jose josefina
    joseph josephine josh joshua josie joy joyce juan juana juanita judith judy julia julian juliana julie julio june justin kai
    karen kari karim karina karl karla kate katelyn katherine kathleen kathryn kathy katie katrina kay kayla keisha keith
    kelly kelsey ken kendra kenji kenneth kenny kerry kevin khadija kim kimberly kirk krista kristen kristi kristin kristina
    kristine kristy krystal kurt kyle lakisha lamar lana lance larry latasha latoya laura lauren laurence laurie lawrence leah
    leila lena leo leon leona leonard leonardo leroy leslie lester leticia levi liam lila lillian lillie lily linda ling lisa
    lloyd logan lois lola lonnie lora loretta lori lorraine louis louise lucas lucia lucille lucy luis luisa luke lupe luz lydia
    lyle lynda lynette lynn lynne mabel madeline madison mae magdalena malik mamie manuel marc marcella marcia marco marcos
    marcus margaret margarita maria mariah marian mariana marianne marie marilyn mario marion marisol marissa marjorie mark
    marlene marsha marshall marta martha martin marvin mary maryann mason mateo mathew matt matthew mattie maureen maurice max
    maxine maya mayra mei megan meghan melanie melinda melissa melody melvin mercedes meredith mia michael michele michelle
    miguel mike mildred milton mindy ming minh minnie miranda miriam misty mitchell mohamed mohammad mohammed moises molly
    mona monica monique morris muhammad muriel myra myrtle nadia nadine nancy naomi natalia natalie natasha nathan nathaniel neil
    nellie nelson nicholas nicolas nicole nikki nina noah noel noor nora norma norman octavia olga olive oliver olivia omar
    opal ora orlando oscar otis owen pablo paige pamela pat patience patricia patrick patsy patti patty paul paula paulette
    pauline pearl pedro peggy penelope penny percy perry pete peter phil philip phillip phyllis pierre priya preston priscilla
    quan quentin quyen rachael rachel rafael raj rajesh ralph ramon ramona randall randy raquel rashid raul ravi ray raymond
    rebecca regina reginald rene renee rhonda ricardo richard rick ricky riley rita robert roberta roberto robin robyn rochelle
    roderick rodney rodolfo rogelio roger roland rolando ron ronald ronnie roosevelt rosa rosalie rosario rose rosemarie
    rosemary rosie ross roxanne roy ruben ruby rudolph rudy russell ruth ryan sabrina sadie sally salma salvador salvatore sam
    samantha samir samuel sandra sandy sanjay santiago sara sarah saul savannah scott sean sebastian selena sergio seth shane
    shannon sharon shaun shauna shawn sheila shelby shelia shelley shelly sherri sherry sheryl shirley sidney sierra silvia
    simon simone siobhan skylar sofia sonia sonya sophia sophie spencer stacey stacy stan stanley stefan stella stephanie
    stephen steve steven stewart stuart sue summer sunita susan susana susie suzanne svetlana sydney sylvester sylvia tamara
    tami tammy tanya tara tasha tatiana ted terence teresa teri terrance terrence terri terry thelma theodore theresa thomas
    thuy tia tiffany tim timothy tina toby todd tom tomas tommy toni tony tonya tracey traci tracy travis trevor tricia trinity
    troy tyler tyrone ursula valentina valerie van vanessa vera verna vernon veronica vicki vickie vicky victor victoria vikram
    vincent viola violet virgil virginia vivian vladimir walter wanda warren wayne wei wendell wendy wesley whitney wilbur
    wilfred will willard william willie wilma winifred xavier xin yan yasmin yesenia yolanda yoko yolonda yuki yusuf yvette
    yvonne zachary zainab zoe zoya
    """
)  # fmt: skip
SURNAMES = _listed(
    """
    abdul abdullah adams aguilar ahmed alexander ali allen alvarado alvarez anderson andrews armstrong arnold bailey baker
    banks barnes bell bennett berry bishop black boyd bradley brooks brown bryant burke burns butler campbell carlson carpenter
    carroll carter castillo castro chan chang chapman chavez chen cheng chung clark cohen cole coleman collins contreras cook
    cooper cox crawford cruz cunningham daniels davidson davis day dean delgado diaz dixon dominguez duncan dunn edwards
    elliott ellis espinoza evans fernandez ferguson fernandes fields fisher fleming flores ford foster fowler fox franklin
    frazier freeman fuller garcia gardner garrett garza gibson gilbert gomez gonzales gonzalez goldberg graham grant gray green
    greene griffin guerrero gupta gutierrez guzman hall hamilton hansen hanson harper harris harrison hart harvey hawkins hayes
    henderson henry hernandez herrera hicks hill ho hoffman holmes houston howard howell huang hudson hughes hunt hunter huynh
    ibrahim jackson jacobs james jenkins jensen jimenez johnson johnston jones jordan joseph kaplan katz kelley kelly kennedy khan
    kim king klein knight kowalski kumar lam lane larson lawrence lawson le lee levy lewis li lin little liu long lopez lucas luna
    lynch maldonado marshall martin martinez mason matthews mcdonald may medina mendez mendoza meyer miller mills mitchell
    mohamed montgomery moore morales moreno morgan morris morrison munoz murphy murray myers nelson newman nguyen nichols novak
    nowak nunez obrien oconnor okafor okonkwo oliver olson ortega ortiz owens palmer park parker patel patterson payne pena perez
    perkins perry peters peterson petrov pham phillips pierce porter powell price ramirez ramos ray reed reid reyes reynolds rice
    richards richardson riley rios rivera roberts robertson robinson rodriguez rogers rojas romero rosario rose ross rossi ruiz
    russell ryan salazar sanchez sanders sandoval santiago santos schmidt schneider schultz schwartz scott shah shaw silva simmons
    simpson sims singh smith snyder soto spencer stephens stevens stewart stone sullivan suzuki tanaka taylor thomas thompson
    torres tran tucker turner valdez vargas vasquez vazquez vega wagner walker wallace walsh wang ward warren washington watkins
    watson weaver webb weber weiss welch wells west wheeler white williams williamson willis wilson wong wood woods wright wu
    yang yilmaz ozturk young yu zhang zhao zimmerman abdul-rahman huang dangelo mcdonald mcdermott oneill osullivan delacruz
    """
)  # fmt: skip
_WORD = re.compile(r"[a-z]+")


def plain(name):
    """The first word of a name in plain lower-case letters, without accents, apostrophes and digits: "O'Brien" is "obrien"."""
    text = unicodedata.normalize("NFKD", name[:80]).encode("ascii", "ignore").decode().lower().replace("'", "")
    found = _WORD.search(text)
    return found[0] if found else ""


def share_given(names):
    """What part of the names is a common given name and no surname, from 0 to 1."""
    return _share(names, GIVEN, SURNAMES)


def share_surnames(names):
    """What part of the names is a common surname and no given name, from 0 to 1."""
    return _share(names, SURNAMES, GIVEN)


def _share(names, wanted, not_wanted):
    words = [plain(name) for name in names]
    return sum(word in wanted and word not in not_wanted for word in words) / len(words) if words else 0

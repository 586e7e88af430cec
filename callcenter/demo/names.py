"""Invented people: first and family names by the language of a household. Any likeness is chance."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """Names of households that speak `language` at home."""

    language: str
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


def _pool(language, female, male, family):
    return Pool(language, tuple(female.split()), tuple(male.split()), tuple(family.split()))


ENGLISH = _pool(
    "en",
    "Mary Patricia Linda Barbara Susan Margaret Dorothy Carol Ruth Sharon Deborah Nancy Karen Betty Helen Donna Diane Judith"
    " Janet Catherine Frances Ann Alice Marie Joyce Teresa Gloria Evelyn Cheryl Martha Andrea Rose Denise Amber Brittany"
    " Danielle Marilyn Beverly Theresa Natalie Sophia Grace Judy Abigail Joan Christina Lauren Megan Emma Olivia Hannah"
    " Monique Latoya Keisha Imani Renee Yvonne Eleanor Louise Phyllis",
    "James Robert John Michael David William Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark Donald"
    " Steven Paul Andrew Kenneth Joshua Kevin Brian George Timothy Ronald Edward Jason Jeffrey Ryan Jacob Gary Nicholas Eric"
    " Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Patrick Raymond Jack Dennis Jerry Tyler Aaron"
    " Henry Douglas Peter Walter Harold Carl Arthur Roger Terrence Darnell",
    "Abbott Ainsley Baxter Beaumont Bellamy Birch Blackwell Brennan Brewster Calloway Carmody Chandler Corbett Crawley Dalton"
    " Delaney Draper Ellery Fairbanks Farrow Fenwick Finch Fletcher Gallant Garrity Hadley Halloran Hargrove Hathaway Hawkes"
    " Holloway Ingram Jarvis Keating Kendrick Kimball Langley Larkin Lockhart Lowell Mallory Marlow Mercer Merrick Millard"
    " Mooney Norwood Oakes O'Dell O'Rourke Paxton Pemberton Prescott Quimby Radcliffe Ramsey Redding Rowe Sawyer Shelby Sinclair"
    " Stanhope Sutter Tate Thorne Tilden Travers Underhill Vance Wakefield Waverly Weldon Whitlock Winslow Wyatt Yates Tubman"
    " Broussard Gaines Pettway Mayfield Booker Hightower",
)
SPANISH = _pool(
    "es",
    "María Guadalupe Rosa Carmen Juana Alicia Elena Leticia Silvia Verónica Patricia Yolanda Gloria Marta Teresa Esperanza Luz"
    " Beatriz Lourdes Isabel Norma Graciela Consuelo Mercedes Dolores Pilar Ximena Daniela Camila Rocío Araceli",
    "José Juan Luis Carlos Jesús Miguel Francisco Jorge Antonio Alejandro Manuel Rafael Pedro Ramón Ángel Víctor Raúl Sergio"
    " Fernando Ricardo Javier Eduardo Arturo Rubén Héctor Óscar Ignacio Esteban Emilio Mateo",
    "Aguilar Barrera Benítez Cabrera Calderón Cárdenas Cervantes Cisneros Contreras Delgado Escobar Espinoza Figueroa Fuentes"
    " Galván Guerrero Ibarra Juárez Ledezma Lozano Maldonado Medina Mejía Montoya Muñoz Navarro Ochoa Orozco Pacheco Palacios"
    " Quintero Rangel Robles Rosales Salazar Sandoval Solís Tapia Trejo Valdez Villarreal Zamora Zúñiga",
)
CHINESE = _pool(
    "zh",
    "Mei Li Hui Xiu Ying Yan Fang Ling Na Jing Qing Lan Hua Shu Yun Wen Min Xia Juan Ping",
    "Wei Jun Ming Hao Jian Feng Lei Tao Bo Qiang Gang Yong Kai Cheng Hong Guang Zhi Liang Peng Rui",
    "Chen Lin Huang Wu Liu Zhao Zhou Xu Sun Ma Zhu Hu Guo He Gao Luo Zheng Liang Xie Tang Deng Feng Leung Kwok Fong Tsui",
)
VIETNAMESE = _pool(
    "vi",
    "Lan Huong Thuy Mai Hoa Linh Ngoc Phuong Thao Trang Tuyet Xuan",
    "Minh Hung Dung Tuan Long Thanh Khanh Duc Quang Vinh Phuc Son",
    "Nguyen Tran Pham Hoang Phan Vu Dang Bui Ho Ngo Duong Ly Dinh Luong",
)
TAGALOG = _pool(
    "tl",
    "Maricel Rowena Jocelyn Lorna Imelda Corazon Evangeline Marites Ligaya Rosario",
    "Rodel Ernesto Danilo Reynaldo Renato Arnel Jomar Crisanto Bayani Efren",
    "Bautista Dela-Cruz Magbanua Macaraeg Pangilinan Salonga Tolentino Villanueva Ocampo Manalo Dimaculangan Lacson",
)
RUSSIAN = _pool(
    "ru",
    "Irina Svetlana Galina Lyudmila Tamara Raisa Nadezhda Larisa Yelena Bella",
    "Boris Igor Leonid Mikhail Yuri Vadim Arkady Semyon Gennady Oleg",
    "Belkin Gurevich Kaplun Levitan Malkin Orlov Pasternak Reznik Sokolov Vaysman Zaitsev Kogan",
)
PORTUGUESE = _pool(
    "pt",
    "Fátima Lúcia Conceição Filomena Graça Teresinha Odete Celeste Rosália Neusa",
    "Manuel Joaquim Américo Vasco Duarte Adelino Gilberto Nélson Armando Celso",
    "Furtado Medeiros Tavares Pacheco Botelho Arruda Raposo Cordeiro Pimentel Carreiro Barros Andrade",
)
HAITIAN = _pool(
    "ht",
    "Marie-Ange Rose-Lourdes Guerline Fabiola Mirlande Nadège Yolette Ketlie",
    "Jean-Robert Wilner Frantz Ronel Emmanuel Gesner Fritz Maxo",
    "Desrosiers Jean-Baptiste Toussaint Laguerre Charlot Beauvoir Philogène Saintil Dorvil Cadet",
)

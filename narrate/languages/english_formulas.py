"""What English calls the parts of a formula."""

from narrate.languages.formulas import formulas
from narrate.languages.spoken import Powers

FORMULAS = formulas(
    "plus|minus|times|divided by|equals|is not equal to|is less than|is greater than|is at most|"
    "is at least|is about|plus or minus|in|not in|is a subset of|union|intersection|goes to|implies|"
    "if and only if|infinity|sum|product|integral|partial|for all|there is|is proportional to|"
    "factorial|degrees|open parenthesis|close parenthesis",
    "1/2 one half|1/3 one third|2/3 two thirds|1/4 one quarter|3/4 three quarters",
    limit="the limit as {b} of", numbers="{a}/{b}",
    over="{a} over {b}", mixed="{a} and {b}", sub="{a} sub {b}", root="the square root of {a}",
    cube_root="the cube root of {a}", nth_root="the root of order {b} of {a}",
    limits="the {a} from {b} to {c} of", beneath="{a} over {b} of", absolute="the absolute value of {a}",
    bar="{a} bar", hat="{a} hat", vector="vector {a}", prime="{a} prime",
    table="a table of {a} rows and {b} columns",
    powers=Powers(squared="squared", cubed="cubed", power="to the power of {}", minus="minus"),
)  # fmt: skip

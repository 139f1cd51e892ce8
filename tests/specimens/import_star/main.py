def hidden():
    return 0


from listed import *
from open_module import *

public()
helper()
hidden()

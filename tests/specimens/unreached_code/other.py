import main

main.unused()
